"""What enrichment keeps as JSON: what a report was understood to say, and the state of an incident."""

from dataclasses import fields
from typing import Final

import orjson

from services.enrichment.domain import Understood
from services.enrichment.json_values import dumped, maker_of
from services.enrichment.linking import Incident
from shared.events import Point

understood_of: Final = maker_of(Understood)
# Words follow from the texts.
_KEPT: Final = tuple(each.name for each in fields(Incident) if each.name != "words")
incident_of: Final = maker_of(Incident)


def understood_json(understood: Understood) -> orjson.Fragment:
    return orjson.Fragment(dumped(understood))


def incident_json(incident: Incident) -> orjson.Fragment:
    return orjson.Fragment(dumped({name: getattr(incident, name) for name in _KEPT}))


def point_json(point: Point | None) -> orjson.Fragment | None:
    return None if point is None else orjson.Fragment(dumped(point))


def understood_list_json(understood: list[Understood]) -> bytes:
    return dumped(understood)


def understood_from(json: bytes) -> list[Understood]:
    return [understood_of(each) for each in orjson.loads(json)]
