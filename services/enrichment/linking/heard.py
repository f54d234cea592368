"""A report as linking sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.enrichment.domain import Understood
from services.enrichment.linking.kinds import Tie, kinds_of
from services.enrichment.linking.words import Words, words_of
from shared.categories import CategoryCode
from shared.events import Relation, Source


@dataclass(frozen=True, slots=True)
class Heard:
    """A report that was understood, as linking sees it. What a person decided about it already stands in `understood`.

    `follows`, `relation`: the earlier report that its reporter names, and how; `tie`: whether and how that decided its incident.
    What is asked for each incident that it meets is worked out once.
    """

    report_id: UUID
    municipality: str
    source: Source
    text: str
    occurred_at: datetime
    understood: Understood
    is_judged: bool = False
    is_category_decided: bool = False
    is_place_decided: bool = False
    follows: UUID | None = None
    relation: Relation | None = None
    tie: Tie | None = None
    words: Words = field(init=False, compare=False, repr=False)
    kinds: Mapping[CategoryCode, float] = field(init=False, compare=False, repr=False)
    at_s: float = field(init=False, compare=False, repr=False)
    is_rumour: bool = field(init=False, compare=False, repr=False)
    is_second_hand: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        put, is_rumour = object.__setattr__, self.understood.category is CategoryCode.RUMOUR
        put(self, "words", words_of(self.text))
        put(self, "kinds", kinds_of(self.understood))
        put(self, "at_s", self.occurred_at.timestamp())
        put(self, "is_rumour", is_rumour)
        put(self, "is_second_hand", self.understood.hearsay or is_rumour)
