"""Which reports tell of the same occurrence: deterministic rules with a confidence and a reason for every link."""

from services.enrichment.linking.board import Board, Linked
from services.enrichment.linking.corrections import Judged, in_force, judge
from services.enrichment.linking.decide import Decision, Existing, New, link
from services.enrichment.linking.heard import Heard
from services.enrichment.linking.incident import Incident, change_between, ruled, unruled
from services.enrichment.linking.joining import joined, made_anew, opened
from services.enrichment.linking.kinds import LONGEST_GAP, Tie
from services.enrichment.linking.ruling import Ruling, ruling_of
from services.enrichment.linking.tying import Follower, Named, Ties

__all__ = [
    "LONGEST_GAP",
    "Board",
    "Decision",
    "Existing",
    "Follower",
    "Heard",
    "Incident",
    "Judged",
    "Linked",
    "Named",
    "New",
    "Ruling",
    "Tie",
    "Ties",
    "change_between",
    "in_force",
    "joined",
    "judge",
    "link",
    "made_anew",
    "opened",
    "ruled",
    "ruling_of",
    "unruled",
]
