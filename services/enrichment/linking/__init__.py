"""Which reports tell of the same occurrence: deterministic rules with a confidence and a reason for every link."""

from services.enrichment.linking.board import Board, Linked
from services.enrichment.linking.decide import Decision, Existing, New, link
from services.enrichment.linking.incident import Heard, Incident, change_between, joined, opened
from services.enrichment.linking.kinds import LONGEST_GAP

__all__ = [
    "LONGEST_GAP",
    "Board",
    "Decision",
    "Existing",
    "Heard",
    "Incident",
    "Linked",
    "New",
    "change_between",
    "joined",
    "link",
    "opened",
]
