"""Incidents, as enrichment would publish them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.events import IncidentChanged
from shared.identity import derived_id

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)


def incident(name: object = "incident", /, **changes: Any) -> IncidentChanged:
    """A moderate theft in Köping, but for `changes`. The same name is the same incident."""
    return IncidentChanged.model_validate(
        {
            "municipality": "1983",
            "incident_id": incident_id(name),
            "revision": 1,
            "change": "opened",
            "category": "theft",
            "category_confidence": 0.9,
            "severity": 2,
            "summary": "En cykel stals vid simhallen.",
            "location": {"lat": 59.51, "lon": 15.99, "precision": "place", "municipality": "1983"},
            "first_occurred_at": NOON,
            "last_occurred_at": NOON,
            "report_count": 1,
            "distinct_texts": 1,
            "reports_by_source": {"citizen": 1},
            "reasons": ["ordet 'stals'"],
            "changed_at": NOON,
        }
        | changes
    )


def incident_id(name: object) -> UUID:
    return derived_id("test-incident", name)
