"""The servers the services use: embedded ones, or those the environment names."""

import os
from dataclasses import dataclass
from typing import Self

from pydantic import ValidationError

from deploy.errors import CannotGoOn
from deploy.kafka_access import KafkaAccess
from deploy.local.settings import LocalSettings, bad_setting
from deploy.local.stack import LocalStack
from deploy.migrations import dsn_as, require_dsn, role_name
from shared.topics import Service


@dataclass
class Servers:
    """With KAFKA_BOOTSTRAP_SERVERS or POSTGRES_DSN given, that server is used with the given credentials."""

    stack: LocalStack
    given_kafka: KafkaAccess | None = None
    given_dsn: str | None = None
    has_roles: bool = False

    @classmethod
    def from_environment(cls, settings: LocalSettings, *, kafka: bool = True, postgres: bool = True) -> Self:
        """`kafka` and `postgres` say which of them is needed at all."""
        given_kafka, given_dsn = _given_kafka(), os.environ.get("POSTGRES_DSN") or None
        if postgres and given_dsn:
            require_dsn(given_dsn)
        stack = LocalStack(
            settings, kafka=kafka and given_kafka is None, postgres=postgres and given_dsn is None
        )
        return cls(stack, given_kafka, given_dsn)

    @property
    def kafka_admin(self) -> KafkaAccess:
        return self.given_kafka or self.stack.kafka_admin

    @property
    def postgres_dsn(self) -> str:
        return self.given_dsn or self.stack.postgres_dsn

    def kafka_as(self, user: str) -> KafkaAccess:
        return self.given_kafka or self.stack.kafka_as(user)

    def postgres_as(self, service: Service) -> str:
        if not self.has_roles:
            return self.postgres_dsn
        return dsn_as(self.postgres_dsn, role_name(service), self.stack.secrets.postgres_password(service))


def _given_kafka() -> KafkaAccess | None:
    if not os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        return None
    from shared.settings import KafkaSettings

    # A plain address means a plain broker here; the services' own default is the embedded broker's SCRAM.
    protocol = os.environ.get("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT")
    try:
        settings = KafkaSettings.model_validate({"security_protocol": protocol, **_kafka_variables()})
    except ValidationError as error:
        raise CannotGoOn(bad_setting("KAFKA_", error)) from error
    return KafkaAccess(
        settings.bootstrap_servers,
        settings.sasl_username or None,
        settings.sasl_password.get_secret_value() or None,
        settings.security_protocol,
        settings.sasl_mechanism,
        settings.ssl_cafile,
    )


def _kafka_variables() -> dict[str, str]:
    prefix = "KAFKA_"
    names = ("bootstrap_servers", "sasl_mechanism", "sasl_username", "sasl_password", "ssl_cafile")
    return {name: os.environ[prefix + name.upper()] for name in names if prefix + name.upper() in os.environ}
