"""The routing rules as values: who is told of what, what each agency may see, and what holds back."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import chain
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.categories import CategoryCode, load_categories
from shared.events import Agency, IncidentChanged, Severity, Source
from shared.identity import MunicipalityCode

# Not the installation's to choose: life may be at stake.
TOLD_OF_EVERY_CRITICAL: Final = (Agency.POLICE, Agency.SECURITY)

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Hours = Annotated[float, Field(gt=0, le=87_600)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]


class Share(StrEnum):
    FULL = "full"
    WITHOUT_TEXT = "without_text"
    NOTHING = "nothing"


class Strict(BaseModel):
    """An unknown key is a misspelt one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(Strict):
    """Everything that is stated must hold; of a list, one is enough.

    `outside`: the place lies in another municipality than the one that was reported to.
    """

    categories: tuple[CategoryCode, ...] = ()
    min_severity: Severity | None = None
    max_severity: Severity | None = None
    involves_minor: bool | None = None
    ongoing: bool | None = None
    hearsay_only: bool | None = None
    needs_review: bool | None = None
    sources: tuple[Source, ...] = ()
    municipality: tuple[MunicipalityCode, ...] = ()
    outside: bool | None = None

    @model_validator(mode="after")
    def _says_something_possible(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("states nothing, so it would hold for every incident; state at least one thing")
        low, high = self.min_severity, self.max_severity
        if low is not None and high is not None and low > high:
            raise ValueError(f"min_severity {low:d} is above max_severity {high:d}, so it can never hold")
        return self

    def holds(self, incident: IncidentChanged) -> bool:
        return self._severity_holds(incident) and self._kind_holds(incident) and self._flags_hold(incident)

    def _severity_holds(self, incident: IncidentChanged) -> bool:
        low = self.min_severity or Severity.MINOR
        high = self.max_severity or Severity.CRITICAL
        return low <= incident.severity <= high

    def _kind_holds(self, incident: IncidentChanged) -> bool:
        sources = {source for source, count in incident.reports_by_source.items() if count > 0}
        return (
            (not self.categories or incident.category in self.categories)
            and (not self.municipality or incident.municipality in self.municipality)
            and (not self.sources or not sources.isdisjoint(self.sources))
        )

    def _flags_hold(self, incident: IncidentChanged) -> bool:
        lies_in = incident.location.municipality
        stated = (
            (self.involves_minor, incident.involves_minor),
            (self.ongoing, incident.ongoing),
            (self.hearsay_only, incident.hearsay_only),
            (self.needs_review, incident.needs_review),
            (self.outside, lies_in is not None and lies_in != incident.municipality),
        )
        return all(wanted is None or wanted == found for wanted, found in stated)


class Conditional(Strict):
    """Applies while `when` holds and `unless` does not."""

    name: Name
    when: Condition
    unless: Condition | None = None
    reason: Reason

    def applies(self, incident: IncidentChanged) -> bool:
        return self.when.holds(incident) and not (self.unless is not None and self.unless.holds(incident))


class Rule(Conditional):
    """Tells `tell`."""

    tell: tuple[Agency, ...] = Field(min_length=1)


class Limit(Conditional):
    """Those in `only` are told and nobody else, whatever the rules say."""

    only: tuple[Agency, ...] = Field(min_length=1)


class AgencyView(Strict):
    """What one agency may see. `sees`: one of these must hold; empty means it may see any incident."""

    share: Literal[Share.FULL, Share.WITHOUT_TEXT]
    without_text: tuple[CategoryCode, ...] = ()
    never: tuple[CategoryCode, ...] = ()
    sees: tuple[Condition, ...] = ()

    def share_of(self, incident: IncidentChanged) -> Share:
        if incident.category in self.never:
            return Share.NOTHING
        if self.sees and not any(condition.holds(incident) for condition in self.sees):
            return Share.NOTHING
        return Share.WITHOUT_TEXT if incident.category in self.without_text else Share(self.share)


class Rules(Strict):
    """`quiet_s`: after an alert, what is no raise in severity waits this long for that agency and incident.

    `history_days`: what last happened longer ago is history: it is in the picture and alerts nobody anew. None: no limit.
    `fresh_hours`: how late each source may tell of something that is still news; a source that is not named: no limit.
    `late`: what alerts all the same, told later than that.
    """

    version: Literal[1]
    default: Literal["by_category", "nobody"]
    quiet_s: float = Field(default=15, ge=0, le=86_400)
    history_days: float | None = Field(default=30, gt=0, le=3650)
    fresh_hours: Mapping[Source, Hours] = Field(default_factory=dict)
    late: tuple[Condition, ...] = ()
    agencies: Mapping[Agency, AgencyView]
    rules: tuple[Rule, ...] = ()
    limits: tuple[Limit, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for complaint in chain(self._missing_views(), self._repeated_names(), self._contradictions()):
            raise ValueError(complaint)
        return self

    def _missing_views(self) -> Iterator[str]:
        if missing := [agency for agency in Agency if agency not in self.agencies]:
            yield f"agencies lacks {', '.join(missing)}: say what each agency may see"
        for agency in TOLD_OF_EVERY_CRITICAL:
            view = self.agencies.get(agency)
            if view is not None and (view.never or view.sees):
                yield (
                    f"agencies.{agency}: `never` and `sees` cannot be set, because severity 4 always reaches "
                    f"{agency}; use `without_text`"
                )

    def _repeated_names(self) -> Iterator[str]:
        names = [*(rule.name for rule in self.rules), *(limit.name for limit in self.limits)]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                yield f"two rules are called {name!r}; an alert states the rule's name, so it must be unique"

    def _contradictions(self) -> Iterator[str]:
        for rule in self.rules:
            for agency in rule.tell:
                never = self.agencies[agency].never
                if rule.when.categories and set(rule.when.categories) <= set(never):
                    yield (
                        f"rule {rule.name!r} tells {agency} of {', '.join(rule.when.categories)}, "
                        f"which agencies.{agency}.never forbids"
                    )

    def default_agencies(self, category: CategoryCode) -> tuple[Agency, ...]:
        if self.default == "nobody":
            return ()
        return tuple(Agency(agency) for agency in load_categories()[category].agencies)
