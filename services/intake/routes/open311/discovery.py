"""What a client reads before anything else: where the endpoint is, which services it has, what it asks about each."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from starlette.requests import Request

from services.intake.domain.open311.document import Document
from services.intake.domain.open311.faults import unknown
from services.intake.domain.open311.parameters import Parameters
from services.intake.domain.open311.services import service_definition, service_list, service_of
from services.intake.domain.questions import QUESTIONS_YAML
from services.intake.routes.open311.access import jurisdiction_of
from services.intake.routes.open311.body import read_parameters
from services.intake.running import Running
from services.intake.settings import IntakeSettings
from services.intake.texts import DEFAULT_LANGUAGE, LANGUAGES, municipality_title
from shared.categories import CATEGORIES_YAML

BASE: Final = "/open311/v2"
_FOLDER: Final = Path(__file__).parents[2] / "web" / "open311"
_SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"


@cache
def words(language: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return loaded


def language_of(parameters: Parameters) -> str:
    """Swedish unless `locale=en`: names of services are what clients remember, so no header may change them."""
    asked = (parameters.first("locale") or "").lower().partition("-")[0]
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def site(request: Request, settings: IntakeSettings) -> str:
    return settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")


async def discovery(running: Running, request: Request) -> Document:
    parameters, _ = await read_parameters(request)
    settings, language = running.settings, language_of(parameters)
    told, municipality = words(language), municipality_title(language, settings.municipality)
    endpoint = {
        "specification": _SPECIFICATION,
        "url": site(request, settings) + BASE,
        "changeset": _changed(),
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    return Document(
        "discovery",
        {
            "changeset": _changed(),
            "contact": settings.open311_contact or told["contact"].format(municipality=municipality),
            "key_service": told["key_service"],
            "endpoints": [endpoint],
        },
    )


async def services(running: Running, request: Request) -> Document:
    parameters, _ = await read_parameters(request)
    jurisdiction_of(running.settings.jurisdictions, parameters)
    language = language_of(parameters)
    return service_list(words(language), language)


async def definition(running: Running, request: Request) -> Document:
    parameters, _ = await read_parameters(request)
    jurisdiction_of(running.settings.jurisdictions, parameters)
    category = service_of(request.path_params["service_code"])
    if category is None:
        raise unknown("service_code")
    language = language_of(parameters)
    return service_definition(category, words(language), language)


@cache
def _changed() -> str:
    """When what clients keep of us last changed; it sorts."""
    files = [CATEGORIES_YAML, QUESTIONS_YAML, *_FOLDER.iterdir()]
    newest = max(file.stat().st_mtime for file in files)
    return datetime.fromtimestamp(newest, UTC).strftime("%Y-%m-%d %H:%M")
