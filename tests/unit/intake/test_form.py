"""The citizen's form: read as it was filled in, refused at the fields a person sees."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.form import FIELDS, FilledForm
from services.intake.domain.refusal import Refused
from services.intake.texts import LANGUAGES, texts

GOOD = {"text": "Det brinner.", "place_text": "Kolsva", "when": "now"}


def filled(**fields: str) -> FilledForm:
    return FilledForm.read(urlencode({**GOOD, **fields}).encode())


def errors(form: FilledForm) -> dict[str, str]:
    with pytest.raises(Refused) as caught:
        form.submission("sv")
    return {error.field: error.code for error in caught.value.errors}


def test_a_filled_form_is_a_submission() -> None:
    submission = filled(
        lat="59.6",
        lon="15.8",
        accuracy_m="12",
        email="kim@exempel.se",
        when="earlier",
        occurred_at="2026-11-23T10:05",
    ).submission("en")
    assert (submission.lat, submission.lon, submission.language) == (59.6, 15.8, "en")
    assert submission.contact is not None
    assert submission.occurred_at is not None


def test_all_faults_are_told_at_once() -> None:
    form = filled(text=" ", place_text="", when="earlier", email="kim", phone="x", name="n" * 201)
    assert errors(form) == {
        "text": "missing",
        "occurred_at": "missing",
        "email": "unreadable",
        "phone": "unreadable",
        "name": "too_long",
    }


def test_a_report_without_a_place_is_a_report() -> None:
    assert filled(place_text="").submission("sv").place_text is None


def test_a_position_stands_for_a_typed_place() -> None:
    assert filled(place_text="", lat="59.6", lon="15.8").submission("sv").place_text is None


@pytest.mark.parametrize("position", [{"lat": "x", "lon": "1"}, {"lat": "1"}, {"lat": "nan", "lon": "1"}])
def test_a_broken_position_is_told_at_the_place(position: dict[str, str]) -> None:
    assert errors(filled(**position)) == {"place_text": "unreadable"}


def test_a_time_is_only_read_when_it_was_earlier() -> None:
    assert filled(when="now", occurred_at="nonsense").submission("sv").occurred_at is None


def test_what_was_typed_is_kept_as_it_was_typed() -> None:
    assert filled(text=" <b>å & ä</b> ").values["text"] == " <b>å & ä</b> "


@pytest.mark.parametrize("body", [b"text=%ff", "text=å".encode(), b"&".join(b"a=1" for _ in range(100))])
def test_a_body_that_is_no_form_is_unreadable(body: bytes) -> None:
    with pytest.raises(Refused):
        FilledForm.read(body)


@settings(deadline=None)  # the wording is read from its files at the first example
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=400)), st.sampled_from(LANGUAGES))
def test_every_fault_has_its_sentence(fields: dict[str, str], language: str) -> None:
    form = FilledForm({**dict.fromkeys(FIELDS, ""), **fields})
    try:
        form.submission(language)
    except Refused as refused:
        for error in refused.errors:
            assert texts(language)["errors"][error.field][error.code]


def test_a_span_ends_between_its_beginning_and_now() -> None:
    began, now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC), datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    earlier = {"when": "earlier", "occurred_at": "2026-11-23T10:00"}
    assert filled(**earlier, occurred_until="2026-11-23T11:30").until(began, now) == datetime(
        2026, 11, 23, 10, 30, tzinfo=UTC
    )
    assert filled(**earlier).until(began, now) is None
    assert filled(when="now", occurred_until="nonsense").until(began, now) is None
    for typed, code in {
        "x": "unreadable",
        "2026-11-23T09:00": "before",
        "2026-11-23T16:00": "future",
    }.items():
        with pytest.raises(Refused) as caught:
            filled(**earlier, occurred_until=typed).until(began, now)
        assert [(each.field, each.code) for each in caught.value.errors] == [("occurred_until", code)]


def test_answers_of_the_chosen_category_are_read_and_others_are_not() -> None:
    form = filled(category="fire", **{"answer-hurt": "yes", "answer-taken": "bicycle", "answer-x": "y"})
    assert form.answers == {"hurt": "yes"}
    assert filled(category="nonsense").category is None
    assert errors(filled(category="nonsense")) == {"category": "unreadable"}
