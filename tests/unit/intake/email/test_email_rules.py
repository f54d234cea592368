"""Codes, addresses, stop links and letters: the rules, without a database or a server."""

import string
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.submission import Contact
from services.intake.email.codes import DIGITS, MOST_WRONG, Judgement, KeptCode, judge, new_code, typed_code
from services.intake.email.letters import Envelope, Told, as_sent, code_letter, news_letter
from services.intake.email.links import StopToken
from services.intake.email.recipient import recipient
from services.intake.vault import Words
from shared.events import FollowStatus
from tests.support.mail_server import html_of, text_of
from tests.support.vault import vault

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
RIGHT, OTHER = b"right", b"other"


def kept(wrong_tries: int = 0, lasts: timedelta = timedelta(minutes=15)) -> KeptCode:
    return KeptCode(RIGHT, NOW + lasts, wrong_tries)


@given(st.integers(0, 20), st.integers(-100, 100), st.sampled_from([RIGHT, OTHER]))
def test_only_the_right_code_in_time_and_within_five_tries_is_right(
    wrong_tries: int, seconds: int, digest: bytes
) -> None:
    judgement = judge(kept(wrong_tries, timedelta(seconds=seconds)), digest, NOW)
    is_open = seconds > 0 and wrong_tries < MOST_WRONG
    assert (judgement is Judgement.RIGHT) == (is_open and digest == RIGHT)
    assert (judgement is Judgement.WRONG) == (is_open and digest == OTHER and wrong_tries < MOST_WRONG - 1)


def test_where_none_was_asked_for_any_code_is_as_one_that_ended() -> None:
    assert judge(None, RIGHT, NOW) is Judgement.ENDED


def test_codes_are_six_digits_and_differ() -> None:
    made = {new_code() for _ in range(200)}
    assert len(made) > 190
    assert all(len(code) == DIGITS and set(code) <= set(string.digits) for code in made)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("041207", "041207"), (" 041 207 ", "041207"), ("041-207", "041207"), ("04120", None), ("", None), ("٠٤١٢٠٧", None),
     ("abcdef", None), ("0412077", None)],
)  # fmt: skip
def test_a_code_may_be_typed_with_spaces(typed: str, code: str | None) -> None:
    assert typed_code(typed) == code


@given(
    code=st.integers(0, 10**DIGITS - 1).map(lambda number: f"{number:0{DIGITS}}"),
    apart=st.lists(
        st.sampled_from(["", " ", "-", "\t", "\u00a0", "\n"]), min_size=DIGITS + 1, max_size=DIGITS + 1
    ),
)
def test_however_the_digits_stand_apart_it_is_the_same_code(code: str, apart: list[str]) -> None:
    typed = apart[0] + "".join(digit + gap for digit, gap in zip(code, apart[1:], strict=True))
    assert typed_code(typed) == code


@given(st.text(alphabet=string.ascii_letters + string.digits + " ", max_size=12))
def test_letters_of_either_case_make_no_code(typed: str) -> None:
    if any(letter.isalpha() for letter in typed):
        assert typed_code(typed) is None


@given(st.lists(st.tuples(st.sampled_from([RIGHT, OTHER]), st.integers(0, 400)), max_size=12))
def test_whatever_is_entered_and_when_no_more_than_five_wrong_ones_are_tried(
    entered: list[tuple[bytes, int]],
) -> None:
    held, now, wrong = kept(), NOW, 0
    for digest, seconds in entered:
        now += timedelta(seconds=seconds)
        judgement = judge(held, digest, now)
        is_late = now >= NOW + timedelta(minutes=15)
        assert (judgement is Judgement.RIGHT) == (digest == RIGHT and wrong < MOST_WRONG and not is_late)
        if judgement is not Judgement.RIGHT and not is_late and wrong < MOST_WRONG:
            wrong += 1
            held = KeptCode(held.digest, held.ends_at, wrong)
            assert (judgement is Judgement.ENDED) == (wrong == MOST_WRONG)


@given(st.text(max_size=400))
def test_anything_typed_as_a_code_is_read_or_is_none(typed: str) -> None:
    code = typed_code(typed)
    assert code is None or (len(code) == DIGITS and code.isascii() and code.isdigit())


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Kim@Exempel.SE", "Kim@exempel.se"),
        (" kim@köping.se ", "kim@xn--kping-jua.se"),
        ("o'neil+tag@x.co.uk", "o'neil+tag@x.co.uk"),
        ("åsa@exempel.se", "åsa@exempel.se"),
        *(
            (wrong, None)
            for wrong in (
                "", "kim", "@exempel.se", "kim@", "kim@exempel", "kim@1.2.3.4", "kim@[127.0.0.1]", "kim@exempel..se",
                "kim@-exempel.se", "a b@exempel.se", "a,b@exempel.se", '"a b"@exempel.se', "a@b@exempel.se", ".a@exempel.se",
                "a.@exempel.se", "a..b@exempel.se", "a\r\nBcc:b@exempel.se", "a@exempel.se\nx", "<a@exempel.se>",
                "a" * 65 + "@exempel.se", "a@" + "x" * 64 + ".se", "a@" + "x." * 130 + "se",
            )
        ),
    ],
)  # fmt: skip
def test_an_address_is_one_mailbox(typed: str, address: str | None) -> None:
    assert recipient(typed) == address


@given(st.text(max_size=300) | st.from_regex(r"[^@]{0,70}@[^@]{0,260}", fullmatch=True))
def test_whatever_is_typed_no_address_breaks_out_of_its_line(typed: str) -> None:
    address = recipient(typed)
    assert address is None or (not set(address) & set('\r\n\t <>,;:()"') and address.count("@") == 1)


def envelope(language: str = "sv") -> Envelope:
    return Envelope(
        UUID(int=7),
        language,
        "1983",
        "besked@exempel.se",
        "",
        "kim@exempel.se",
        "https://rapport.exempel.se/follow/AAAA-BBBB-CCCC?lang=sv",
        "https://rapport.exempel.se/email/stop/token?lang=sv",
        NOW,
    )


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("status", list(FollowStatus))
def test_every_status_is_told_in_both_languages_and_both_ways(language: str, status: FollowStatus) -> None:
    letter = news_letter(envelope(language), [Told(status, NOW)], is_asked=True)
    assert letter.get_content_type() == "multipart/alternative"
    for told in (text_of(letter), html_of(letter)):
        assert "2026-11-23 14:05" in told
        assert "https://rapport.exempel.se/follow/AAAA-BBBB-CCCC?lang=sv" in told
        assert "https://rapport.exempel.se/email/stop/token?lang=sv" in told
        assert "112" in told
    assert f'<html lang="{language}">' in html_of(letter)
    for elsewhere in ("<img", "<script", "src=", "url("):
        assert elsewhere not in html_of(letter)


def test_closed_is_not_said_to_be_fixed() -> None:
    swedish, english = (
        text_of(news_letter(envelope(language), [Told(FollowStatus.CLOSED, NOW)], is_asked=False))
        for language in ("sv", "en")
    )
    assert "Avslutad betyder inte alltid löst" in swedish
    assert "Closed does not always mean solved" in english


def test_a_letter_is_seven_bits_on_the_wire_with_lines_that_every_server_takes() -> None:
    letters: list[EmailMessage] = [
        code_letter(envelope(), "041207", NOW),
        news_letter(envelope(), [Told(status, NOW) for status in FollowStatus], is_asked=True),
    ]
    for letter in letters:
        raw = as_sent(letter, utf8=False)
        assert raw.isascii()
        assert max(map(len, raw.split(b"\r\n"))) < 998
        assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_stop_link_can_not_be_made_without_the_reports_key() -> None:
    holder, report_id, asked_id = vault(), uuid4(), uuid4()
    key = holder.seal(report_id, Words("x", None), Contact(email="kim@exempel.se")).key
    other_key = holder.seal(report_id, Words("x", None), None).key
    token = StopToken.of(holder, report_id, key, asked_id)
    read = StopToken.read(str(token))
    assert read is not None
    assert read.is_of(holder, key, asked_id)
    assert read.is_of(holder, holder.rewrap(report_id, key), asked_id), "a rotation of keys breaks no link"
    assert not read.is_of(holder, key, uuid4())
    assert not read.is_of(holder, other_key, asked_id)


@given(st.text(max_size=200))
def test_anything_after_the_path_is_read_or_is_no_link(text: str) -> None:
    token = StopToken.read(text)
    assert token is None or len(token.mark) == 16


def test_a_line_is_opened_as_the_part_it_was_sealed_as_and_no_other() -> None:
    holder, report_id = vault(), uuid4()
    key = holder.seal(report_id, Words("x", None), None).key
    sealed = holder.seal_line(report_id, key, b"one", "kim@exempel.se")
    assert holder.open_line(report_id, key, b"one", sealed) == "kim@exempel.se"
    assert b"kim" not in sealed
    with pytest.raises(Exception, match="does not open"):
        holder.open_line(report_id, key, b"two", sealed)
    marks = {holder.mark(report_id, key, part, value) for part in (b"one", b"two") for value in (b"a", b"b")}
    assert len(marks) == 4
