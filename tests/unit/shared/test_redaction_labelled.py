"""The labelled texts of `bench/redaction.py`, and real police bulletins."""

from collections import Counter

from bench.redaction import Score, labelled, spans_of
from services.enrichment.classifier.corpus import citizen_examples, police_events
from shared.redaction import MARKS, redact


def score_of(of_set: str) -> Score:
    score = Score()
    for row in labelled():
        if row.of_set == of_set:
            score.add(row)
    return score


def test_every_labelled_span_of_the_open_set_is_found_and_nothing_else() -> None:
    wrong = [(row.text, row.spans ^ spans_of(row.text)) for row in labelled() if row.of_set == "open"]

    assert not [row for row in wrong if row[1]]


def test_the_blind_set_is_found_nearly_whole() -> None:
    score = score_of("blind")

    assert score.untouched == score.plain
    assert score.table()["all"]["precision"] >= 0.97
    assert score.table()["all"]["recall"] >= 0.9


def test_the_labelled_set_holds_every_kind_and_many_texts_to_leave_alone() -> None:
    rows = list(labelled())

    assert {kind for row in rows for *_, kind in row.spans} == set(MARKS)
    assert sum(not row.spans for row in rows) >= 120


def test_police_bulletins_lose_contact_details_and_plates_only() -> None:
    kinds: Counter[str] = Counter()
    for event in police_events():
        kinds.update(redact(event.text).kinds)

    assert kinds.keys() <= {"phone_number", "email", "vehicle_plate"}
    assert kinds.total() < 40


def test_citizens_descriptions_without_details_stay_whole() -> None:
    assert not [example.text for example in citizen_examples() if redact(example.text).kinds]
