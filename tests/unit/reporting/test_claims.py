from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.claims import claims_about, judged
from shared.events import Verdict
from tests.support.picture_events import NOW, incident_changed


def test_what_is_known_by_hearsay_alone_becomes_an_unverified_claim():
    (claim,) = claims_about([incident_changed("a", hearsay_only=True, summary="Skolan ska ha brunnit")])
    assert (claim.statement, claim.verdict) == ("Skolan ska ha brunnit", Verdict.UNVERIFIED)


def test_a_rumour_becomes_a_claim_even_when_somebody_tells_it_first_hand():
    assert claims_about([incident_changed("a", category="rumour")])


def test_what_somebody_saw_is_no_claim():
    assert claims_about([incident_changed("a")]) == []


@given(st.permutations(range(1, 6)))
def test_an_incident_has_one_claim_from_its_earliest_hearsay_revision(order):
    revisions = [
        incident_changed("a", revision=revision, hearsay_only=revision >= 2, summary=f"version {revision}")
        for revision in order
    ]
    (claim,) = claims_about(revisions)
    assert (claim.statement, claim.opened_revision) == ("version 2", 2)


def test_a_verdict_says_who_found_it_and_when():
    (claim,) = claims_about([incident_changed("a", hearsay_only=True)])
    found = judged(claim, Verdict.REFUTED, "Skolan står kvar.", "Anna Berg", NOW)
    assert (found.verdict, found.explanation, found.decided_by, found.at) == (
        Verdict.REFUTED,
        "Skolan står kvar.",
        "Anna Berg",
        NOW,
    )
    assert found.claim_id == claim.claim_id
