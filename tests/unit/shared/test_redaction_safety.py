"""Whatever is written: nothing raises, nothing else changes, a second time changes nothing, long texts cost in proportion."""

import gc
import re
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.redaction import MARKS, redact

FRAGMENTS = st.sampled_from(
    ["850112-9806", "8501129806", "850112", "9806", "0701740605", "070-174 06 05", "ABC123", "abc 12d", "a@b.se", "@kalle", "kalle_88",
     "snap: ", "insta ", "heter ", "på ", "discord", "kalle#1234", " punkt ", " at ", "(at)", "-", " ", "/", ".", ",", ":", "(", ")", "+",
     "=", "?", "&", "#", "@", "19", "070", "[", "]", "[personnummer]", "[e-post]", "abc", "E18", "2024", "46", "+46", "K",
     "SE45 5000 0000 0583 9825 7466", "4111 1111 1111 1111", "411111", "konto ", "bg ", "tel ", "personnummer ", "född ", "fyra sista ",
     "och ", "reg ", "skylt ", "noll ", "sju ", "ett ", "203.0.113.45", "10.0.", "::", "2001:db8:", "00:1a:", "https://", "t.me/",
     "facebook.com/", "?namn=", "\u200b", "\u00a0", "–", "１", "٣", "O", "l", "\n", "kr", "kl ", "iban ", "kort ", "\ue000", "İ", "ß"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(),
    st.text("0123456789-+ ./()[]@ABCabcå:#_,"),
    st.lists(FRAGMENTS, max_size=14).map("".join),
    st.lists(FRAGMENTS, min_size=12, max_size=40).map("".join),
)
REPEATED = (
    "1", "1 ", "07 ", "07 +", "0", "+46", "-1", "1/", "1,", "1.", "(0", "(", "a", "a@", "@", "a.", "a punkt ", " at ", "a at b dot ", "noll ",
    "ABC ", "A B C 1 ", "1:", "::", "SE12 ", "[", "&namn=a", "//", "://a:b", "insta ", "x#", "snap:", "tel ", "tel 1 ", "konto 1 ",
    "1  at ", "07 +", "1 0046 ", "facebook.com/", "1\u200b", "<", "070-1740605 ", "850112-9806-", "4111 ", "heter a på ", "personnummer 8", "O0", "reg: A", "00-",
)  # fmt: skip


@settings(deadline=None)
@given(TEXTS)
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    twice = redact(once.text)

    assert twice.text == once.text
    assert not twice.kinds


@settings(deadline=None)
@given(TEXTS)
def test_only_marks_are_put_in_and_each_is_counted(text: str) -> None:
    redaction = redact(text)
    marks = "|".join(map(re.escape, MARKS.values()))
    pieces = re.split(marks, redaction.text)
    already = len(re.findall(marks, text))

    assert re.fullmatch(".+?".join(map(re.escape, pieces)), text, re.DOTALL)
    assert sum(redaction.kinds.values()) == len(pieces) - 1 - already


@pytest.mark.parametrize(
    "text", ["850112-9806, 900101-2385 och 560324-9805", "850112-9806-900101-2385", "850112-9806/900101-2385"]
)
def test_each_number_of_several_is_taken_out(text: str) -> None:
    assert not re.search(r"\d", redact(text).text)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from([
        ("", ("070", "174", "06", "05")), ("ring ", ("08", "465", "004", "12")), ("tel ", ("0980", "319", "210")),
        ("hon är ", ("850112", "9806")), ("", ("19850112", "9806")), ("pnr ", ("85", "01", "12", "9806")),
        ("kort ", ("4111",) * 4), ("", ("5454",) * 4), ("", ("3782", "822463", "10005")), ("IBAN ", ("SE45", "5000", "0000", "0583", "9825", "7466")),
        ("bankgiro ", ("5050", "1055")), ("swishade ", ("123", "145", "67", "89")), ("konto ", ("8327", "9", "123", "456", "789")),
        ("Swedbank ", ("8327", "9", "123", "456", "789")),
    ]),
    st.lists(st.sampled_from([" ", "-", " - ", "- ", "\n", "-\n", " \n", "\r\n"]), min_size=5, max_size=5),
    st.sampled_from(["", ".", " och sprang", "\noch sprang", ", sa hon"]),
)  # fmt: skip
def test_no_half_of_a_number_is_left(
    number: tuple[str, tuple[str, ...]], gaps: list[str], after: str
) -> None:
    word, groups = number
    written = "".join(f"{gap}{group}" for gap, group in zip(["", *gaps], groups, strict=False))

    assert not re.search(r"\d", redact(f"{word}{written}{after}").text)


def test_the_outcome_tells_kinds_and_counts_but_no_values() -> None:
    redaction = redact("850112-9806 och 900101-2385, ring 070-1740605")

    assert dict(redaction.kinds) == {"personal_number": 2, "phone_number": 1}
    assert not re.search(r"\d{3}", repr(redaction))


@pytest.mark.parametrize("unit", REPEATED)
def test_eight_times_the_text_costs_about_eight_times_the_work(unit: str) -> None:
    """Quadratic work would cost 64 times as much."""
    short = unit * (500 // len(unit))

    assert seconds(short * 8) < 24 * max(seconds(short), 2e-5)


def test_four_thousand_characters_of_any_pair_of_pieces_are_read() -> None:
    for one, other in product(REPEATED[::3], REPEATED[::2]):
        redact(((one + other) * 4_000)[:4_000])


def seconds(text: str) -> float:
    """Processor time, the least of a few: other work in the process only adds."""
    times = []
    gc.disable()
    for _ in range(5):
        start = time.process_time()
        redact(text)
        times.append(time.process_time() - start)
    gc.enable()
    return min(times)
