"""Looking at the services' own settings before anything starts, with the services' own classes."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from deploy.errors import CannotGoOn
from deploy.services import ServiceChild
from shared.errors import CannotStart
from shared.topics import Service


def require_settings(children: Iterable[ServiceChild]) -> None:
    """Raises `CannotGoOn` with the sentence that the service itself would end with."""
    for child in children:
        try:
            with _environment(child.environment):
                _read(child.service)
        except CannotStart as fault:
            raise CannotGoOn(str(fault)) from fault


def _read(service: Service) -> None:
    """The classes are imported here: they bring much of their services along."""
    from shared.settings import KafkaSettings, PostgresSettings, read_settings

    read_settings(KafkaSettings)
    read_settings(PostgresSettings)
    match service:
        case Service.INTAKE:
            from services.intake.settings import IntakeSettings
            from services.intake.vault_keys import open_vault

            open_vault(read_settings(IntakeSettings))
        case Service.ENRICHMENT:
            from services.enrichment.settings import EnrichmentSettings

            read_settings(EnrichmentSettings)
        case Service.NOTIFIER:
            from services.notifier.rules_file import DEFAULT_RULES_PATH, load_rules
            from services.notifier.settings import NotifierSettings

            load_rules(read_settings(NotifierSettings).rules or DEFAULT_RULES_PATH)
        case Service.REPORTING:
            from services.reporting.settings import Settings

            read_settings(Settings)


@contextmanager
def _environment(of_child: Mapping[str, str]) -> Iterator[None]:
    """Ours as the child's will be, for a moment: the settings classes read nothing else."""
    ours = dict(os.environ)
    os.environ.update(of_child)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(ours)
