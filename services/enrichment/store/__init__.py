"""All SQL of enrichment, a named function for each statement."""

from services.enrichment.store.corrections import (
    TextOfCategory,
    corrected_texts,
    corrections_of,
    insert_correction,
)
from services.enrichment.store.disposals import (
    disposed_of,
    forget_report,
    forget_rulings,
    forget_unsent,
    incidents_that_lose,
    keep_tombstones,
)
from services.enrichment.store.history import History, stale_incidents, stale_reports
from services.enrichment.store.incidents import (
    incident,
    incidents_between,
    incidents_named,
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
from services.enrichment.store.ties import ties_among

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
    "disposed_of",
    "forget_report",
    "forget_rulings",
    "forget_unsent",
    "incident",
    "incidents_between",
    "incidents_named",
    "incidents_that_lose",
    "insert_correction",
    "insert_links",
    "insert_reports",
    "keep_answer",
    "keep_tombstones",
    "known_reports",
    "leave_alone",
    "lock_municipalities",
    "reports_of",
    "stale_incidents",
    "stale_reports",
    "take_turn",
    "ties_among",
    "update_reports",
    "upsert_incidents",
]
