"""What enrichment keeps as JSON: what a report was understood to say, and the state of an incident."""

from dataclasses import fields
from typing import Any, Final

import orjson
from pydantic import BaseModel, TypeAdapter

from services.enrichment.domain import Understood
from services.enrichment.linking import Incident
from shared.events import Point

_INCIDENT: Final = TypeAdapter(Incident)
_UNDERSTOOD: Final = TypeAdapter(Understood)
# Words follow from the texts.
_KEPT: Final = tuple(each.name for each in fields(Incident) if each.name != "words")


def understood_json(understood: Understood) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(understood, default=_fields_of))


def incident_json(incident: Incident) -> orjson.Fragment:
    state = {name: getattr(incident, name) for name in _KEPT}
    return orjson.Fragment(orjson.dumps(state, default=_fields_of, option=orjson.OPT_NON_STR_KEYS))


def point_json(point: Point | None) -> orjson.Fragment | None:
    return None if point is None else orjson.Fragment(orjson.dumps(point, default=_fields_of))


def understood_of(state: Any) -> Understood:
    return _UNDERSTOOD.validate_python(state)


def incident_of(state: Any) -> Incident:
    return _INCIDENT.validate_python(state)


def _fields_of(value: object) -> dict[str, Any]:
    if isinstance(value, BaseModel):
        return value.__dict__
    raise TypeError(f"{type(value).__name__} is not kept as JSON")
