"""What the template sets: the edition with every number, time and name written out as it stands on paper."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from services.reporting.domain.edition import Edition, ListedIncident
from services.reporting.domain.incident import Verification
from services.reporting.domain.periods import LOCAL
from services.reporting.domain.published import CategoryCount, ClaimState, DayCount, PeriodSpan
from services.reporting.domain.wording import MONTHS_SV, day_sv, minute_sv, number_sv
from shared.events import Agency, Rhythm, Verdict

AGENCIES_SV: Final = {
    Agency.POLICE: "polisen",
    Agency.RESCUE: "räddningstjänsten",
    Agency.SOCIAL: "socialtjänsten",
    Agency.SCHOOL: "skolan",
    Agency.CARE: "vård och omsorg",
    Agency.SECURITY: "säkerhetsavdelningen",
    Agency.GUARDS: "väktare",
}
VERIFICATIONS_SV: Final = {
    Verification.UNVERIFIED: "obekräftad",
    Verification.SEVERAL_SOURCES: "flera källor",
    Verification.HEARSAY: "hörsägen",
    Verification.CONFIRMED: "bekräftad",
    Verification.REFUTED: "stämmer inte",
}
VERDICTS_SV: Final = {
    Verdict.UNVERIFIED: "obedömt",
    Verdict.UNDER_REVIEW: "bedöms",
    Verdict.CONFIRMED: "stämmer",
    Verdict.REFUTED: "stämmer inte",
}
SEVERITIES_SV: Final = {1: "mindre", 2: "måttlig", 3: "allvarlig", 4: "kritisk"}


def pages_of(edition: Edition) -> dict[str, Any]:
    picture = edition.picture
    totals = picture.totals
    return {
        "frozen_at": edition.frozen_at.isoformat(),
        "number": edition.number,
        "municipality": picture.municipality.name,
        "sharing_level": edition.sharing_level,
        "frozen": minute_sv(edition.frozen_at),
        "frozen_by": edition.frozen_by,
        "erased": None if edition.erased_at is None else minute_sv(edition.erased_at),
        "period": period_in_words(picture.period),
        "previous_period": period_in_words(picture.previous),
        "in_short": edition.in_short,
        "figures": [
            _figure(totals.incidents, "händelser", totals.previous_incidents),
            _figure(edition.serious, "allvarliga", edition.previous_serious),
            _figure(totals.reports, "rapporter", totals.previous_reports),
        ],
        "sources": f"{number_sv(totals.reported)} inrapporterade av allmänheten, "
        f"{number_sv(totals.discovered)} upptäckta av personal, väktare och polis.",
        "changed": edition.changed,
        "proposals": [proposal.model_dump() for proposal in edition.proposals],
        "map": edition.map.model_dump(mode="json"),
        "categories": [_category(row) for row in picture.categories],
        "has_expectation": any(row.expected_low is not None for row in picture.categories),
        "days": _days(picture.days, picture.period.days),
        "rhythm": _rhythm(edition),
        "claims": [_claim(claim) for claim in picture.claims],
        "incidents": [_incident(incident) for incident in edition.incidents],
        "incidents_left_out": edition.incidents_left_out,
    }


def _figure(value: int, what: str, before: int) -> dict[str, str]:
    return {"value": number_sv(value), "what": what, "before": f"{number_sv(before)} perioden före"}


def period_in_words(period: PeriodSpan) -> str:
    """First and last day, both in the period: `10–23 november 2026`."""
    first = period.from_.astimezone(LOCAL).date()
    last = period.to.astimezone(LOCAL).date() - timedelta(days=1)
    end = f"{last.day} {MONTHS_SV[last.month - 1]} {last.year}"
    if first == last:
        return end
    if first.year != last.year:
        return f"{first.day} {MONTHS_SV[first.month - 1]} {first.year} – {end}"
    if first.month != last.month:
        return f"{first.day} {MONTHS_SV[first.month - 1]} – {end}"
    return f"{first.day}–{end}"


def _category(row: CategoryCount) -> dict[str, Any]:
    known = row.expected_low is not None and row.expected_high is not None
    return {
        "name": row.sv,
        "count": row.count,
        "previous": row.previous,
        "expected": f"{row.expected_low}–{row.expected_high}" if known else "för lite historik",
        "low": row.expected_low,
        "high": row.expected_high,
        "notable": row.finding in ("more", "fewer"),
        "severity": SEVERITIES_SV.get(row.max_severity, "–"),
    }


def _days(days: Sequence[DayCount], length: int) -> list[dict[str, Any]]:
    return [
        {
            "label": str(day.date.day),
            "month": MONTHS_SV[day.date.month - 1][:3] if place == 0 or day.date.day == 1 else "",
            "count": day.incidents,
            "current": place >= len(days) - length,
        }
        for place, day in enumerate(days)
    ]


def _rhythm(edition: Edition) -> dict[str, Any]:
    rhythm = edition.picture.rhythm
    return {
        "name": "Daglig" if rhythm.rhythm is Rhythm.DAILY else "Var fjortonde dag",
        "reason": rhythm.reason,
        "since": day_sv(rhythm.since) if rhythm.since else None,
        "until": minute_sv(rhythm.stands_down_at) if rhythm.stands_down_at else None,
    }


def _claim(claim: ClaimState) -> dict[str, Any]:
    judged = claim.decided_by is not None
    return {
        "statement": claim.statement,
        "verdict": VERDICTS_SV[claim.verdict],
        "settled": claim.verdict in (Verdict.CONFIRMED, Verdict.REFUTED),
        "explanation": claim.explanation,
        "by": f"{claim.decided_by}, {minute_sv(claim.at)}" if judged else f"upptaget {minute_sv(claim.at)}",
    }


def _incident(incident: ListedIncident) -> dict[str, Any]:
    return {
        "place": incident.place,
        "when": _short_time(incident.first_occurred_at),
        "name": incident.sv,
        "summary": incident.summary,
        "where": incident.location.name or "okänd plats",
        "severity": incident.severity,
        "reports": incident.report_count,
        "verification": VERIFICATIONS_SV[incident.verification],
        "agencies": ", ".join(AGENCIES_SV[agency] for agency in incident.agencies) or "ingen nådd",
    }


def _short_time(at: datetime) -> str:
    local = at.astimezone(LOCAL)
    return f"{local.day} {MONTHS_SV[local.month - 1][:3]} {local:%H.%M}"
