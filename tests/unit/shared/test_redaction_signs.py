"""What is left as it is because it holds no sign of personal details, holds none."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.enrichment.classifier.corpus import citizen_examples, police_events
from shared.redaction import (
    _spans,
    addresses,
    payments,
    personal_numbers,
    plates,
    social,
    spelled_out,
    spoken,
    unspoken,
)
from shared.redaction.folding import fold
from shared.redaction.signs import holds_a_sign
from shared.redaction.spans import without_marks

ROWS = Path(__file__).parents[2] / "data" / "redaction.jsonl"
SOUGHT = (
    addresses._MAIL, addresses._DOTTED, addresses._COLONS, addresses._DEVICE, addresses._LINK_VALUE, addresses._LINK_LOGIN,
    social._AT_NAME, social._PROFILE, social._TAG, social._MENTION, *social._SAYINGS, social._REDDIT,
    spelled_out._RUN, plates._SPACED, plates._NAMED,
    unspoken._RUN, unspoken._VAT_NUMBER, personal_numbers._INTERIM, personal_numbers._FINNISH, personal_numbers._LAST_FOUR, personal_numbers._MASKED, payments._IBAN,
)  # fmt: skip
WRITTEN = st.one_of([st.from_regex(pattern) for pattern in SOUGHT])
SPOKEN = st.builds(
    "{}{}{}".format,
    st.one_of([st.from_regex(words, fullmatch=True) for words in spoken.WORDS.values()]),
    st.from_regex(spoken._JOINT, fullmatch=True),
    st.one_of([st.from_regex(promise.value, fullmatch=True) for promise in spoken._PROMISES.values()]),
)
PLATES = st.builds("{}{}{}".format, st.from_regex("[A-Za-z]{3}", fullmatch=True), st.sampled_from(["", " ", "  ", "-", "."]),
                   st.from_regex(r"\d\d[A-Za-z\d]", fullmatch=True))  # fmt: skip
NAMED = st.builds(
    "{}{}".format,
    st.sampled_from(["skylten ", "regnr: ", "regnummer ", "bil med reg ", "plates ", "norsk bil ", "tyskregistrerad audi, ", "A Polish van (",
                     "swishade ", "cvc ", "pin-koden är ", "Swedbank ", "SEB, "]),
    st.one_of([st.from_regex(pattern, fullmatch=True) for pattern in (plates._LOOSE, plates._ABROAD, payments._SWISH)]),
)  # fmt: skip
READ_OUT = st.lists(
    st.sampled_from([*spelled_out._ONES, *spelled_out._TEENS, *spelled_out._TENS, "0", "07", "070", "174", "06", "85", "0112"]), min_size=3, max_size=11
).flatmap(lambda words: st.sampled_from([" ", ", ", "-", "\n"]).map(lambda gap: gap.join(words)))  # fmt: skip
BROKEN = st.builds(
    lambda text, place, end: f"{text[:place]}{end}{text[place:]}",
    st.sampled_from(["070-1740605", "850112-9806", "19850112 9806", "4111 1111 1111 1111", "bankgiro 5050-1055", "regnr HKL482", "bilen HKL 48P",
                     "SE45 5000 0000 0583 9825 7466", "anna@example.se", "tel 319 212", "konto 8327-9 123 456 789"]),
    st.integers(1, 15),
    st.sampled_from(["\n", "\r\n", " \n  ", "\n\n"]),
)  # fmt: skip


def is_left_alone_wrongly(text: str) -> bool:
    folded = fold(text).text
    return not holds_a_sign(folded) and bool(_spans(without_marks(folded)))


@settings(max_examples=400)
@given(
    st.one_of(WRITTEN, SPOKEN, PLATES, NAMED, READ_OUT, BROKEN),
    st.sampled_from(["", "Han hade ", "bilen, ", "å", "(", "last "]),
    st.sampled_from(["", ".", " och sprang", "?"]),
)
@example("0701740605", "ring ", "")
def test_no_sign_is_missed_of_what_the_finders_take(core: str, before: str, after: str) -> None:
    assert not is_left_alone_wrongly(f"{before}{core}{after}")


@settings(max_examples=200)
@given(st.text(st.sampled_from("åoOlI0123456789 -.:/@#=_+(),ABCabcs\u2028\ue000\n\r"), max_size=40))
def test_no_sign_is_missed_in_any_text(text: str) -> None:
    assert not is_left_alone_wrongly(text)


@pytest.mark.parametrize(
    "row",
    [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()],
    ids=lambda row: row["text"][:30],
)
def test_no_sign_is_missed_in_labelled_texts(row: dict[str, str]) -> None:
    assert not is_left_alone_wrongly(row["text"])


def test_no_sign_is_missed_in_twenty_thousand_bulletins_and_in_citizens_texts() -> None:
    texts = [event.text for event in police_events()][:20_000] + [
        example.text for example in citizen_examples()
    ]

    assert not [text for text in texts if is_left_alone_wrongly(text)]


def test_an_ordinary_report_holds_no_sign() -> None:
    assert not holds_a_sign(
        "Larm om trafikolycka på väg 56 i Kungsör kl 14.30. Två män i 20-årsåldern fördes till sjukhus."
    )
    assert not holds_a_sign("Stökigt vid macken, 12 personer, lgh 1104, ärende 15123.")
