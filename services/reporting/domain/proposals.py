"""What an edition proposes, by rule, each with what in the picture calls for it. People decide; this only asks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.reporting.domain.comparison import Finding
from services.reporting.domain.edition import Proposal
from services.reporting.domain.incident import Incident, has_point
from services.reporting.domain.periods import LOCAL
from services.reporting.domain.published import CategoryCount, Picture
from services.reporting.domain.wording import capital, day_sv, plural_sv
from shared.categories import CategoryCode as C
from shared.events import Precision, Rhythm, Verdict

BAND_HOURS: Final = 6
# One or two of something rare can be more than expected, and still be too little to plan from.
FEWEST: Final = 3
REFUTED_TOLD: Final = 2
_COORDINATOR: Final = "Säkerhetsavdelningen"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is usually done about a kind of incident: `text` takes the places, `owner` does it."""

    categories: frozenset[C]
    text: str
    owner: str


_ANSWERS: Final = (
    _Answer(
        frozenset({C.FIRE}),
        "Ökad närvaro och tillsyn av brännbart material {places}.",
        "Räddningstjänsten och väktare",
    ),
    _Answer(
        frozenset({C.EXPLOSION_SHOOTING, C.WEAPONS, C.VIOLENCE, C.ROBBERY, C.THREAT, C.SEXUAL_OFFENCE}),
        "Synlig närvaro {places}, och trygghetssamtal med dem som drabbats.",
        "Polisen",
    ),
    _Answer(
        frozenset({C.THEFT, C.BURGLARY, C.VANDALISM, C.FRAUD}),
        "Rikta ronderingen {places}, och informera boende och verksamheter om hur de skyddar sig.",
        "Polisen och väktare",
    ),
    _Answer(
        frozenset({C.DISORDER, C.YOUTH_GATHERING, C.DRUGS, C.UNSAFE_PLACE, C.SUSPICIOUS}),
        "Vuxna på plats {places}: fältarbete och rondering, och åtgärda belysning och sikt.",
        "Socialtjänsten, skolan och väktare",
    ),
    _Answer(
        frozenset({C.CHILD_CONCERN, C.VULNERABLE_ADULT, C.SCHOOL_INCIDENT, C.MISSING_PERSON}),
        "Samråd om stöd till de berörda {places}.",
        "Socialtjänsten, skolan och vård och omsorg",
    ),
)
_OTHERWISE: Final = _Answer(
    frozenset(), "Ta upp utvecklingen {places} i den operativa inriktningen.", _COORDINATOR
)


def proposals(picture: Picture, incidents: Sequence[Incident]) -> tuple[Proposal, ...]:
    """`incidents`: all of the period."""
    found = [
        _meeting(picture),
        *_about_categories(picture, incidents),
        *_about_claims(picture),
        *_about_gaps(picture, incidents),
    ]
    return tuple(found)


def _meeting(picture: Picture) -> Proposal:
    rhythm = picture.rhythm
    if rhythm.rhythm is Rhythm.DAILY and rhythm.stands_down_at is not None:
        until = day_sv(rhythm.stands_down_at)
        return Proposal(
            text=f"Daglig avstämning mellan aktörerna, till och med {until} om inget mer allvarligt händer.",
            owner=_COORDINATOR,
            reason=rhythm.reason,
        )
    return Proposal(
        text="Avstämning i vanlig rytm, var fjortonde dag.", owner=_COORDINATOR, reason=rhythm.reason
    )


def _about_categories(picture: Picture, incidents: Sequence[Incident]) -> list[Proposal]:
    """One for each category that grew more than chance explains or that is a ground for meeting daily."""
    behind = _behind_daily(picture, incidents)
    rows = [row for row in picture.categories if row.count and _calls(row, behind[row.category])]
    return [
        _about(row, [each for each in incidents if each.category is row.category], behind[row.category])
        for row in rows
    ]


def _behind_daily(picture: Picture, incidents: Sequence[Incident]) -> Counter[C]:
    """How many of each category are grounds for the daily rhythm; none while it isn't daily."""
    if picture.rhythm.rhythm is not Rhythm.DAILY:
        return Counter()
    return Counter(each.category for each in incidents if each.incident_id in picture.rhythm.incident_ids)


def _calls(row: CategoryCount, behind: int) -> bool:
    return (row.finding is Finding.MORE and row.count >= FEWEST) or (behind > 0 and row.count >= 2)


def _about(row: CategoryCount, incidents: Sequence[Incident], behind: int) -> Proposal:
    answer = next((each for each in _ANSWERS if row.category in each.categories), _OTHERWISE)
    return Proposal(
        text=answer.text.format(places=_places(incidents)),
        owner=answer.owner,
        reason=" ".join(filter(None, [_why(row, behind), _hours(incidents)])),
    )


def _why(row: CategoryCount, behind: int) -> str:
    if row.finding is Finding.MORE:
        return f"{row.sentence_sv}."
    counted = f"{capital(plural_sv(row.category))}: {row.count} mot {row.previous} perioden före"
    which = "det" if behind == row.count else f"{behind} av dem"
    return f"{counted}; {which} är ett skäl till daglig avstämning."


def _places(incidents: Sequence[Incident]) -> str:
    """`i Kolsva och vid Inre hamnen`: the three most frequent places."""
    placed = [each for each in incidents if has_point(each.location) and each.location.name]
    where = Counter(
        f"{'i' if each.location.precision is Precision.LOCALITY else 'vid'} {each.location.name}"
        for each in placed
    )
    chosen = [name for name, _ in sorted(where.items(), key=lambda item: (-item[1], item[0]))[:3]]
    return _listed(chosen) if chosen else "i kommunen"


def _hours(incidents: Sequence[Incident]) -> str:
    """Which six hours of the day most of them began in, when it is clearly most."""
    bands = Counter(each.first_occurred_at.astimezone(LOCAL).hour // BAND_HOURS for each in incidents)
    band, count = bands.most_common(1)[0]
    if len(incidents) < 4 or count / len(incidents) < 0.6:
        return ""
    start = band * BAND_HOURS
    return f"{count} av {len(incidents)} började mellan klockan {start:02} och {start + BAND_HOURS:02}."


def _about_claims(picture: Picture) -> list[Proposal]:
    open_ones = [
        claim for claim in picture.claims if claim.verdict in (Verdict.UNVERIFIED, Verdict.UNDER_REVIEW)
    ]
    found: list[Proposal] = []
    if open_ones:
        count = len(open_ones)
        what = "ett påstående" if count == 1 else f"{count} påståenden"
        found.append(
            Proposal(
                text=f"Bedöm {what} innan {'det' if count == 1 else 'de'} läggs till grund för något.",
                owner=_COORDINATOR,
                reason=f"Väntar på bedömning: {_quoted([claim.statement for claim in open_ones])}.",
            )
        )
    refuted = [claim for claim in picture.claims if claim.verdict is Verdict.REFUTED]
    return found + [
        Proposal(
            text=f"Berätta öppet att detta inte stämmer: {_quoted([claim.statement])}.",
            owner="Kommunikation",
            reason=claim.explanation or "Påståendet är dementerat.",
        )
        for claim in refuted[:REFUTED_TOLD]
    ]


def _about_gaps(picture: Picture, incidents: Sequence[Incident]) -> list[Proposal]:
    found: list[Proposal] = []
    unsure = picture.totals.needs_review
    if unsure:
        what = "en händelse" if unsure == 1 else f"{unsure} händelser"
        found.append(
            Proposal(
                text=f"Granska {what} som är osäkert {'bedömd' if unsure == 1 else 'bedömda'}.",
                owner=_COORDINATOR,
                reason="Kategori eller plats är mer osäker än att den bör användas utan att någon läst rapporten.",
            )
        )
    untold = [each for each in incidents if each.severity >= 3 and not each.agencies]
    if untold:
        what = "en allvarlig händelse" if len(untold) == 1 else f"{len(untold)} allvarliga händelser"
        found.append(
            Proposal(
                text=f"Ta reda på varför ingen aktör har nåtts om {what}.",
                owner=_COORDINATOR,
                reason="Ingen avisering om händelserna är bekräftat levererad.",
            )
        )
    return found


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} och {names[-1]}"


def _quoted(statements: Sequence[str], shown: int = 2) -> str:
    short = [f"”{_shortened(statement)}”" for statement in statements[:shown]]
    more = len(statements) - shown
    return ", ".join(short) + (f" och {more} till" if more > 0 else "")


def _shortened(text: str, length: int = 90) -> str:
    text = text.strip().rstrip(".")
    if len(text) <= length:
        return text
    return f"{text[:length].rsplit(' ', 1)[0]} …"
