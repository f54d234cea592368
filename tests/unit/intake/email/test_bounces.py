"""What came back is known by our Message-ID and by what the mail server says for good; everything else is left aside."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.email.bounces import Bounce, NoBounce, read_bounce
from tests.support.bounces import ADDRESS, bounce, plain_letter

OURS = UUID("01939f00-0000-7000-8000-0000000000aa")
LETTER = plain_letter(f"<{OURS}@koping.exempel.se>")


@pytest.mark.parametrize("whole", [True, False])
def test_a_message_that_came_back_is_known_by_its_identifier(*, whole: bool) -> None:
    assert read_bounce(bounce(LETTER, whole=whole)) == Bounce(OURS, "5.1.1")


@pytest.mark.parametrize(
    ("status", "is_of_address"),
    [
        ("5.1.1", True),
        ("5.2.1", True),
        ("5.4.1", True),
        ("5.0.0", True),
        ("5.2.2", False),
        ("5.3.4", False),
        ("5.6.0", False),
        ("5.7.1", False),
        ("5.1.8", False),
    ],
)
def test_only_what_is_said_of_the_address_stops_news_to_it(status: str, *, is_of_address: bool) -> None:
    read = read_bounce(bounce(LETTER, status))
    assert isinstance(read, Bounce)
    assert read.is_of_address is is_of_address


@pytest.mark.parametrize(
    "content",
    [
        bounce(LETTER, "4.4.1", "delayed"),
        bounce(LETTER, "5.1.1", "delayed"),
        bounce(LETTER, "2.1.5", "delivered"),
        bounce(LETTER, "nonsense"),
        bounce(plain_letter("<somebody@elsewhere.example>")),
        bounce(plain_letter(f"<{OURS}>")),
        LETTER,
        b"",
        b"\x00\xff" * 100,
    ],
    ids=["late", "late but 5", "delivered", "no status", "not ours", "no host", "a letter", "empty", "bytes"],
)
def test_what_is_no_final_failure_of_a_message_of_ours_is_left_aside(content: bytes) -> None:
    read = read_bounce(content)
    assert isinstance(read, NoBounce)
    assert ADDRESS not in read.reason


@given(st.binary(max_size=400), st.integers(min_value=0, max_value=2000))
def test_nothing_that_is_sent_there_breaks_the_reading(junk: bytes, at: int) -> None:
    whole = bounce(LETTER)
    read_bounce(whole[:at] + junk + whole[at:])
    read_bounce(whole[:at])
