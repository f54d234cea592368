"""All SQL of enrichment, a named function for each statement."""

from services.enrichment.store.corrections import (
    TextOfCategory,
    corrected_texts,
    corrections_of,
    insert_correction,
)
from services.enrichment.store.history import History, stale_incidents, stale_reports
from services.enrichment.store.incidents import (
    incident,
    incidents_between,
    lock_municipalities,
    upsert_incidents,
)
from services.enrichment.store.online_places import Answered, answered, keep_answer, leave_alone, take_turn
from services.enrichment.store.reports import (
    Enriched,
    Stored,
    Versions,
    insert_links,
    insert_reports,
    known_reports,
    reports_of,
    update_reports,
)

__all__ = [
    "Answered",
    "Enriched",
    "History",
    "Stored",
    "TextOfCategory",
    "Versions",
    "answered",
    "corrected_texts",
    "corrections_of",
    "incident",
    "incidents_between",
    "insert_correction",
    "insert_links",
    "insert_reports",
    "keep_answer",
    "known_reports",
    "leave_alone",
    "lock_municipalities",
    "reports_of",
    "stale_incidents",
    "stale_reports",
    "take_turn",
    "update_reports",
    "upsert_incidents",
]
