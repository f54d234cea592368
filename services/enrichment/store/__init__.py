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
    "Enriched",
    "History",
    "Stored",
    "TextOfCategory",
    "Versions",
    "corrected_texts",
    "corrections_of",
    "incident",
    "incidents_between",
    "insert_correction",
    "insert_links",
    "insert_reports",
    "known_reports",
    "lock_municipalities",
    "reports_of",
    "stale_incidents",
    "stale_reports",
    "update_reports",
    "upsert_incidents",
]
