"""What a reporter says of which report theirs belongs with."""

from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrichment.linking import Board, Existing, Heard, Linked, Tie, Ties
from shared.events import Relation
from shared.identity import derived_id
from tests.support.enrichment import HARBOUR, KOLSVA, SOMEWHERE, heard, pin, understood

FIRE = "Det brinner i en container bakom skolan"
DAY = 24 * 60
HERE = pin(59.6006, 15.8229)
NEAR = pin(59.6080, 15.8229, uncertainty_m=5)  # 820 m
FAR = pin(59.6400, 15.8229, uncertainty_m=5)  # 4.4 km


class Town:
    """A board, and who names whom."""

    def __init__(self) -> None:
        self.board, self.ties = Board(), Ties()

    def hears(self, report: Heard) -> Linked:
        linked = self.board.take(report, self.ties.of(report))
        self.ties.note(report, linked.incident.incident_id)
        return linked


def tied(linked: Linked) -> Tie | None:
    return linked.decision.tie if isinstance(linked.decision, Existing) else None


def test_an_addition_joins_its_report_however_little_its_words_are_alike():
    town = Town()
    first = town.hears(heard(FIRE, understood(at=HERE)))
    added = town.hears(
        heard(
            "Bilen hade en blå dörr",
            understood("vandalism", at=HERE),
            minutes=9 * DAY,
            follows=first.report.report_id,
            relation=Relation.ADDITION,
        )
    )
    assert (tied(added), added.incident.incident_id) == (Tie.ADDITION, first.incident.incident_id)
    assert added.decision.reason == "tillägg av den som rapporterade händelsen"


def test_who_adds_is_no_second_witness_and_what_is_added_is_no_later_observation():
    town = Town()
    first = town.hears(heard(FIRE))
    after = town.hears(
        heard(
            "Nu brinner det i taket med",
            understood(severity=4),
            minutes=40,
            follows=first.report.report_id,
            relation=Relation.ADDITION,
        )
    ).incident
    assert (after.report_count, after.distinct_texts, after.own_additions) == (2, 1, 1)
    assert (after.severity, after.summary, after.last_occurred_at) == (
        4,
        first.incident.summary,
        first.incident.last_occurred_at,
    )
    assert "2 rapporter, varav 1 tillägg av någon som redan rapporterat" in after.reasons


def test_one_witness_who_repeats_a_kind_does_not_outvote_two_others():
    town = Town()
    first = town.hears(heard(FIRE, understood("fire", confidence=0.8)))
    town.hears(heard("Skolan i lågor, jag ser elden", understood("fire", confidence=0.8), minutes=3))
    for minutes in range(4, 9):
        last = town.hears(
            heard(
                f"Det är bara några som klottrar {minutes}",
                understood("vandalism", confidence=0.9),
                minutes=minutes,
                follows=first.report.report_id,
                relation=Relation.ADDITION,
            )
        )
    assert last.incident.category == "fire"


def test_still_going_on_is_a_new_observation_that_keeps_the_incident_open():
    town = Town()
    litter = understood("environment", at=HERE)
    first = town.hears(heard("Sopor vid vägen", litter))
    still = town.hears(
        heard(
            "Det pågår fortfarande.",
            litter,
            minutes=20 * DAY,
            follows=first.report.report_id,
            relation=Relation.STILL_ON,
        )
    )
    assert tied(still) is Tie.STILL_ON
    after = still.incident
    assert (after.ongoing, after.last_occurred_at) == (True, still.report.occurred_at)
    assert (after.report_count, after.distinct_texts, after.texts) == (2, 1, ("Sopor vid vägen",))
    later = town.hears(heard("Sopor vid vägen igen, påsar", litter, minutes=24 * DAY))
    assert later.incident.incident_id == after.incident_id


def test_without_it_an_incident_of_long_ago_takes_no_more():
    town = Town()
    litter = understood("environment", at=HERE)
    first = town.hears(heard("Sopor vid vägen", litter))
    later = town.hears(heard("Sopor vid vägen igen, påsar", litter, minutes=24 * DAY))
    assert later.incident.incident_id != first.incident.incident_id


def test_a_stranger_who_points_it_out_joins_it_though_the_words_differ():
    """A theft is joined by its words alone, unless somebody says that it is the same."""
    words = "Någon bröt upp låset på cykeln utanför stationen"
    other = "Jag såg en kille springa med en mountainbike"

    def second(relation: Relation | None) -> bool:
        town = Town()
        first = town.hears(heard(words, understood("theft", at=HERE)))
        said = heard(
            other,
            understood("theft", at=NEAR),
            minutes=DAY * 2.5,
            follows=relation and first.report.report_id,
            relation=relation,
        )
        return town.hears(said).incident.incident_id == first.incident.incident_id

    assert (second(None), second(Relation.SAME)) == (False, True)


def test_a_stranger_who_joins_is_a_witness_and_never_moves_the_place():
    town = Town()
    first = town.hears(heard(FIRE, understood(at=KOLSVA)))
    joined = town.hears(
        heard("Eld bakom skolan", understood(at=NEAR), follows=first.report.report_id, relation=Relation.SAME)
    ).incident
    assert (joined.location, joined.distinct_texts, joined.own_additions) == (KOLSVA, 2, 0)


@pytest.mark.parametrize(
    ("what", "minutes", "why"),
    [
        (understood("fraud", at=HERE), 5, "annat slag"),
        (understood("fire", at=FAR), 5, "annan plats"),
        (understood("fraud", at=HARBOUR), 5, "annat slag"),
        (understood("fire", at=HERE), 5 * DAY, "annan tid"),
    ],
)
def test_a_plainly_different_event_is_not_dragged_in(what, minutes, why):
    town = Town()
    first = town.hears(heard(FIRE, understood("fire", at=HERE)))
    other = town.hears(
        heard(
            "Något helt annat hände här",
            what,
            minutes=minutes,
            follows=first.report.report_id,
            relation=Relation.SAME,
        )
    )
    assert other.incident.incident_id != first.incident.incident_id
    assert "rapportören pekade ut en annan händelse, men den är" in other.decision.reason
    assert why in other.decision.reason
    assert town.board.incidents[first.incident.incident_id] == first.incident


def test_words_that_tell_no_kind_may_join_and_do_not_turn_it_into_another():
    town = Town()
    first = town.hears(heard(FIRE, understood("fire", at=HERE)))
    joined = town.hears(
        heard(
            "Samma här, jag ser det också",
            understood("other", at=NEAR, confidence=0.99),
            follows=first.report.report_id,
            relation=Relation.SAME,
        )
    )
    assert (joined.incident.incident_id, joined.incident.category) == (first.incident.incident_id, "fire")
    assert dict(joined.incident.weights) == dict(first.incident.weights)


def test_the_same_text_again_is_counted_once_also_when_it_is_pointed_out():
    town = Town()
    first = town.hears(heard(FIRE, understood(at=HERE)))
    again = town.hears(
        heard(
            FIRE,
            understood(at=HERE, severity=4),
            minutes=5,
            follows=first.report.report_id,
            relation=Relation.SAME,
        )
    ).incident
    assert (again.report_count, again.distinct_texts, again.severity) == (2, 1, first.incident.severity)


def test_an_addition_that_is_of_another_kind_and_elsewhere_stands_by_itself():
    town = Town()
    first = town.hears(heard(FIRE, understood("fire", at=HERE)))
    other = town.hears(
        heard(
            "Min faster blev lurad på pengar i Arboga",
            understood("fraud", at=FAR),
            follows=first.report.report_id,
            relation=Relation.ADDITION,
        )
    )
    assert other.is_new
    assert "lade till den till en annan händelse" in other.decision.reason


def test_what_was_held_back_joins_what_was_added_to_it_meanwhile():
    town = Town()
    first = heard(FIRE, understood("fire", at=HERE))
    added = town.hears(
        heard(
            "Och nu brinner bilen",
            understood("traffic", at=HERE),
            minutes=60,
            follows=first.report_id,
            relation=Relation.ADDITION,
        )
    )
    still = town.hears(
        heard(
            "Det pågår fortfarande.",
            understood("fire", at=HERE),
            minutes=3 * DAY,
            follows=first.report_id,
            relation=Relation.STILL_ON,
        )
    )
    released = town.hears(first)
    assert {each.incident.incident_id for each in (added, still, released)} == {added.incident.incident_id}
    assert [tied(each) for each in (added, still, released)] == [None, Tie.STILL_ON, Tie.FIRST]
    after = released.incident
    assert (after.first_occurred_at, after.last_occurred_at) == (first.occurred_at, still.report.occurred_at)
    assert (after.report_count, after.distinct_texts) == (3, 1)


def test_two_strangers_who_point_out_one_that_never_comes_are_still_judged_by_what_they_say():
    town = Town()
    gone = derived_id("never")
    one = town.hears(heard(FIRE, understood(at=HERE), follows=gone, relation=Relation.SAME))
    two = town.hears(
        heard("Eld bakom skolan", understood(at=NEAR), minutes=5 * 60, follows=gone, relation=Relation.SAME)
    )
    far = town.hears(
        heard("Det brinner", understood(at=FAR), minutes=5, follows=gone, relation=Relation.SAME)
    )
    assert two.incident.incident_id == one.incident.incident_id != far.incident.incident_id


def test_a_vague_place_is_no_reason_against_it():
    town = Town()
    first = town.hears(heard(FIRE, understood(at=HERE)))
    joined = town.hears(
        heard("Eld", understood(at=SOMEWHERE), follows=first.report.report_id, relation=Relation.SAME)
    )
    assert tied(joined) is Tie.SAME


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["fire", "vandalism", "theft", "other"]),
            st.sampled_from([HERE, NEAR, FAR, SOMEWHERE]),
            st.integers(0, 20 * DAY),
            st.none() | st.integers(0, 11),
            st.sampled_from(Relation),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_every_report_is_counted_once_whoever_names_whom(said):
    town, numbers = Town(), count()
    ids = [derived_id("report", number) for number in range(12)]

    def told(category, at, minutes, named, relation) -> Heard:
        number = next(numbers)
        follows: UUID | None = None if named in {None, number} else ids[named]
        return heard(
            f"Rapport {number}",
            understood(category, at=at),
            minutes=minutes,
            identity=ids[number],
            follows=follows,
            relation=relation if follows else None,
        )

    for each in said:
        linked = town.hears(told(*each))
        assert linked.incident.first_occurred_at <= linked.incident.last_occurred_at
        assert 1 <= linked.incident.distinct_texts <= linked.incident.report_count
    assert sum(each.report_count for each in town.board.incidents.values()) == len(said)
