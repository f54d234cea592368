"""Which reports become one incident, and what a report may change about it."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.enrichment.linking import Board, Existing, Heard, Incident, New, joined, link, opened
from services.enrichment.linking.summary import clarity, summarise
from shared.events import Relation, Severity, Source
from shared.relation_notes import ANSWER_NOTE, RELATION_NOTES
from tests.support.enrichment import HARBOUR, KOLSVA, SOMEWHERE, heard, pin, understood


def link_all(*reports: Heard) -> list[Incident]:
    """The incidents that these reports, in this order, end in."""
    board = Board()
    for report in reports:
        board.take(report)
    return sorted(board.incidents.values(), key=lambda each: each.first_occurred_at)


def test_a_first_report_opens_an_incident_with_an_id_that_follows_from_it():
    report = heard("Det brinner i Kolsva")
    assert link(report, []) == New(1.0, "ingen öppen händelse i närheten liknar den")
    assert opened(report).incident_id == opened(report).incident_id


def test_two_reports_of_one_fire_are_one_incident_and_the_reason_is_told():
    incident = opened(heard("Det brinner i en container bakom skolan"))
    decision = link(heard("Eld bakom skolan, en container brinner", minutes=4), [incident])
    assert isinstance(decision, Existing)
    assert decision.reason.startswith("samma slag, samma plats (Kolsva), 4 minuter emellan, ")
    assert 0.58 <= decision.confidence <= 1


def test_a_swedish_and_an_english_report_of_one_fire_are_one_incident():
    [incident] = link_all(
        heard("Det brinner i en container bakom skolan i Kolsva"),
        heard("There is a fire behind the school in Kolsva", minutes=3),
    )
    assert incident.report_count == incident.distinct_texts == 2


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (heard("Stulen cykel", understood("theft"), minutes=3), "another kind"),
        (heard("Det brinner", understood(at=HARBOUR), minutes=3), "another place"),
        (heard("Nu brinner det", minutes=60 * 30), "another day"),
        (heard("Det brinner", minutes=3, municipality="1984"), "another municipality"),
    ],
)
def test_what_differs_in_kind_place_or_time_is_another_incident(second: Heard, why: str):
    first = heard("Rök och lågor bakom skolan i Kolsva")
    boards = {report.municipality: Board() for report in (first, second)}
    linked = [boards[report.municipality].take(report) for report in (first, second)]
    assert linked[1].is_new, why


def test_distance_counts_with_how_sure_both_places_are():
    exact = pin(59.6006, 15.8229, 30)
    near, far = pin(59.6033, 15.8229, 30), pin(59.6096, 15.8229, 30)  # 300 m and 1 km north
    unsure = pin(59.6096, 15.8229, 1500)
    incident = opened(heard("Det brinner i ett skjul", understood(at=exact)))
    assert isinstance(link(heard("Eldsvåda, rök", understood(at=near), minutes=5), [incident]), Existing)
    assert isinstance(link(heard("Eldsvåda, rök", understood(at=far), minutes=5), [incident]), New)
    assert isinstance(link(heard("Eldsvåda, rök", understood(at=unsure), minutes=5), [incident]), Existing)


def test_two_thefts_at_one_place_are_two_incidents_unless_their_words_agree():
    first = heard("Båtmotor stulen från min båt, en Yamaha", understood("theft", at=HARBOUR))
    other = heard("Väska och plånbok borta ur bilen", understood("theft", at=HARBOUR), minutes=300)
    same = heard("Yamaha båtmotor stulen i natt", understood("theft", at=HARBOUR), minutes=300)
    assert len(link_all(first, other)) == 2
    assert len(link_all(first, same)) == 1


def test_a_place_known_only_to_its_municipality_links_shortly_after_and_with_little_confidence():
    incident = opened(heard("Det brinner bakom skolan i Kolsva"))
    soon = link(heard("Eldsvåda, kom fort", understood(at=SOMEWHERE), minutes=4), [incident])
    assert isinstance(soon, Existing)
    assert soon.confidence <= 0.5
    assert isinstance(
        link(heard("Eldsvåda, kom fort", understood(at=SOMEWHERE), minutes=240), [incident]), New
    )


def test_two_police_bulletins_are_two_events_however_alike():
    theft = understood("theft", at=SOMEWHERE)
    text = (
        "Misstänkt ringa stöld i matbutik. Polispatrull beordras till butiken där en man misstänks för stöld."
    )
    first = heard(text, theft, source=Source.POLICE_OPEN_DATA)
    other = heard(text.replace("matbutik", "klädbutik"), theft, minutes=20, source=Source.POLICE_OPEN_DATA)
    again = heard(text, theft, minutes=30, source=Source.POLICE_OPEN_DATA)
    assert len(link_all(first, other)) == 2
    assert len(link_all(first, again)) == 1


def test_a_rumour_of_a_fire_is_an_incident_of_its_own_and_gathers_what_else_is_heard():
    fire = heard("Det brinner i en container bakom skolan i Kolsva")
    rumour = heard(
        "Har hört att ett barn dog i branden i Kolsva", understood("rumour", hearsay=True), minutes=40
    )
    again = heard("Sägs att barn dött i branden", understood("fire", hearsay=True, severity=4), minutes=50)
    real, said = link_all(fire, rumour, again)
    assert (real.report_count, real.severity, real.hearsay_only) == (1, 3, False)
    assert (said.report_count, said.category, said.hearsay_only) == (2, "rumour", True)


def test_hearsay_about_a_real_incident_changes_neither_its_severity_nor_its_certainty():
    seen = opened(heard("Det brinner i en container bakom skolan", understood(severity=2)))
    worse = understood(severity=4, hearsay=True, ongoing=True, involves_minor=True, confidence=0.99)
    after = joined(seen, heard("Hört att barn är kvar inne", worse), is_repeat=False, reason="prov")
    assert (after.severity, after.ongoing, after.involves_minor, after.hearsay_only) == (
        2,
        False,
        False,
        False,
    )


def test_what_somebody_saw_outweighs_what_was_heard_before():
    said = opened(heard("Det sägs att hela skolan brinner", understood(severity=4, hearsay=True)))
    after = joined(
        said, heard("En papperskorg brinner", understood(severity=2)), is_repeat=False, reason="prov"
    )
    assert (after.severity, after.hearsay_only) == (2, False)
    assert after.summary == "En papperskorg brinner"


def test_a_burst_of_one_text_is_one_incident_and_one_text():
    spam = [
        heard(f"KÖP BILLIGA KLOCKOR PÅ NÄTET SUPERPRIS {n}", understood("other"), minutes=n)
        for n in range(30)
    ]
    [incident] = link_all(*spam)
    assert (incident.report_count, incident.distinct_texts, incident.severity) == (30, 1, 1)
    assert "30 rapporter, 1 olika text" in incident.reasons


def test_the_same_few_words_about_two_places_are_two_fires():
    here, there = understood(at=pin(59.60, 15.82)), understood(at=pin(59.51, 16.00))
    assert len(link_all(heard("Det brinner!", here), heard("Det brinner!", there, minutes=5))) == 2


def test_the_finest_place_and_the_gravest_sight_stay_whatever_comes_later():
    fine = pin(59.6010, 15.8240, 30, "Malmaskolan")
    [incident] = link_all(
        heard("Brand i Kolsva", understood(severity=2)),
        heard("Brand vid Malmaskolan", understood(at=fine, severity=4), minutes=2),
        heard("Brinner i kolsva", understood(severity=3), minutes=3),
    )
    assert incident.location == fine
    assert incident.severity is Severity.CRITICAL
    assert incident.revision == incident.report_count == 3


def test_a_summary_is_at_most_two_hundred_characters_and_ends_at_a_word():
    incident = opened(heard("Det brinner " + "väldigt " * 60 + "mycket."))
    assert len(incident.summary) <= 200
    assert incident.summary.endswith("väldigt…")


KINDS = st.sampled_from(
    ["fire", "accident", "theft", "burglary", "violence", "rumour", "unsafe_place", "other"]
)
PLACES = st.sampled_from([KOLSVA, HARBOUR, SOMEWHERE, pin(59.6010, 15.8240), pin(59.52, 15.99, 400)])
TEXTS = st.text("abcdeåäö !1", min_size=1, max_size=60)


@st.composite
def reports(draw: st.DrawFn) -> Heard:
    what = understood(
        draw(KINDS),
        at=draw(PLACES),
        severity=draw(st.integers(1, 4)),
        hearsay=draw(st.booleans()),
        confidence=draw(st.sampled_from([0.2, 0.6, 0.95])),
        ongoing=draw(st.booleans()),
    )
    return heard(draw(TEXTS), what, minutes=draw(st.integers(0, 3000)), identity=draw(st.integers(0, 10**9)))


@given(st.lists(reports(), max_size=12, unique_by=lambda report: report.report_id))
@settings(max_examples=60, deadline=None)
def test_a_rerun_gives_the_same_incidents(batch: list[Heard]):
    assert link_all(*batch) == link_all(*batch)


@given(st.lists(reports(), min_size=1, max_size=12, unique_by=lambda report: report.report_id))
@settings(max_examples=60, deadline=None)
def test_every_report_is_counted_once(batch: list[Heard]):
    incidents = link_all(*batch)
    assert sum(incident.report_count for incident in incidents) == len(batch)
    assert all(sum(each.reports_by_source.values()) == each.report_count for each in incidents)
    assert all(1 <= each.distinct_texts <= each.report_count for each in incidents)


@given(reports(), st.integers(1, 5), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_repeated_text_raises_neither_severity_nor_certainty(report: Heard, times: int, severity: int):
    incident = opened(report)
    graver = understood("fire", at=pin(59.6, 15.8, 5), severity=severity, confidence=1.0, ongoing=True)
    after = incident
    for n in range(times):
        repeat = heard(report.text, graver, minutes=n, identity=n)
        after = joined(after, repeat, is_repeat=True, reason="samma text")
    kept = (
        "severity",
        "category",
        "category_confidence",
        "weights",
        "location",
        "ongoing",
        "hearsay_only",
        "texts",
    )
    assert all(getattr(after, name) == getattr(incident, name) for name in kept)
    assert after.report_count == times + 1
    assert after.distinct_texts == 1


@given(reports(), reports())
@settings(max_examples=150, deadline=None)
def test_whether_two_reports_are_one_incident_does_not_depend_on_which_came_first(one: Heard, other: Heard):
    """For reports of one kind that someone saw: what an incident is called decides the window for the rest."""
    if one.report_id == other.report_id or one.understood.category is not other.understood.category:
        return
    if one.is_second_hand or other.is_second_hand:
        return
    assert len(link_all(one, other)) == len(link_all(other, one))


@pytest.mark.parametrize(
    "note", [RELATION_NOTES[Relation.SAME], RELATION_NOTES[Relation.ADDITION], ANSWER_NOTE]
)
def test_that_a_report_follows_another_is_no_part_of_a_summary_and_makes_it_no_clearer(note: str):
    words = "En hund springer lös."
    assert summarise(f"{words}\n\nDjuret är på vägen. {note}") == f"{words} Djuret är på vägen."
    assert summarise(note) == note
    plain, noted = (
        clarity(text, sure=0.5, seen=True, trained=False, located=True)
        for text in (words, f"{words}\n\n{note}")
    )
    assert noted - plain < 0.05


def test_that_it_goes_on_still_is():
    still = RELATION_NOTES[Relation.STILL_ON]
    assert summarise(f"En hund springer lös.\n\n{still}") == f"En hund springer lös. {still}"


def test_the_order_of_unrelated_reports_does_not_matter():
    unrelated = [
        heard("Det brinner i Kolsva"),
        heard("Båtmotor stulen i hamnen", understood("theft", at=HARBOUR), minutes=1),
        heard("Lös hund", understood("animal", at=pin(59.55, 15.9)), minutes=2),
        heard("Ring mig om pengarna, sa han från banken", understood("fraud", at=SOMEWHERE), minutes=3),
    ]
    outcomes = {tuple(each.incident_id for each in link_all(*order)) for order in permutations(unrelated)}
    assert len(outcomes) == 1


@given(st.lists(reports(), max_size=40, unique_by=lambda report: report.report_id), reports())
@settings(max_examples=60, deadline=None)
def test_the_index_leaves_out_no_incident_the_rules_would_choose(batch: list[Heard], report: Heard):
    board = Board()
    for each in batch:
        board.take(each)
    assert link(report, board.candidates(report)) == link(report, board.incidents.values())
