"""An address that opens one photo: for that photo, its sender and its time alone, and the same until it is renewed."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.submission import Contact
from services.intake.photos.links import PhotoLink, last_day, opens, sign
from services.intake.photos.photos_store import Owner
from services.intake.vault import MasterKeys, Vault, Words

VAULT = Vault(MasterKeys("one", {"one": b"1" * 32, "two": b"2" * 32}))
REPORT, PHOTO, SENDER = UUID(int=1), UUID(int=2), UUID(int=3)
OTHER = UUID(int=9)
KEY = VAULT.seal(REPORT, Words("text", None), Contact(name="Kim")).key
OWNER = Owner(REPORT, "1983", KEY, SENDER)
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.integers(1, 90))
def test_it_is_good_for_the_days_that_are_set_and_at_most_twice_as_long(now: datetime, days: int) -> None:
    left = last_day(now, days) - now.date()
    assert timedelta(days=days) < left + timedelta(days=1)
    assert left <= timedelta(days=2 * days)


@given(MOMENTS, st.integers(1, 90))
def test_it_changes_once_in_so_many_days(now: datetime, days: int) -> None:
    made = [last_day(now + timedelta(days=day), days) for day in range(2 * days)]
    assert 2 <= len(set(made)) <= 3
    assert made == sorted(made)


def test_it_opens_until_its_day_and_not_then() -> None:
    link = sign(VAULT, OWNER, PHOTO, date(2026, 12, 1))
    assert link == sign(VAULT, OWNER, PHOTO, date(2026, 12, 1))
    assert opens(VAULT, OWNER, link, datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC))
    assert not opens(VAULT, OWNER, link, datetime(2026, 12, 1, tzinfo=UTC))


def test_it_is_of_one_photo_one_sender_and_one_report() -> None:
    until = date(2026, 12, 1)
    signature = sign(VAULT, OWNER, PHOTO, until).signature
    assert not opens(VAULT, OWNER, PhotoLink(OTHER, until, signature), NOW)
    assert not opens(VAULT, OWNER, PhotoLink(PHOTO, date(2026, 12, 2), signature), NOW)
    assert not opens(VAULT, Owner(REPORT, "1983", KEY, OTHER), PhotoLink(PHOTO, until, signature), NOW)
    other_key = VAULT.seal(OTHER, Words("text", None), None).key
    assert not opens(VAULT, Owner(OTHER, "1983", other_key, SENDER), PhotoLink(PHOTO, until, signature), NOW)


def test_it_outlives_a_rotation_of_the_master_keys() -> None:
    link = sign(VAULT, OWNER, PHOTO, date(2026, 12, 1))
    rotated = Vault(MasterKeys("two", {"one": b"1" * 32, "two": b"2" * 32}))
    owner = Owner(REPORT, "1983", rotated.rewrap(REPORT, KEY), SENDER)
    assert opens(rotated, owner, link, NOW)


@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=70))
def test_what_is_no_link_is_none_of_ours(photo_id: str, until: str, signature: str) -> None:
    link = PhotoLink.read(photo_id, {"until": until, "signature": signature})
    assert link is None or not opens(VAULT, OWNER, link, NOW)


def test_it_is_read_as_it_was_written() -> None:
    link = sign(VAULT, OWNER, PHOTO, date(2026, 12, 1))
    sent = dict(part.split("=", 1) for part in link.query.split("&"))
    assert PhotoLink.read(str(PHOTO), sent) == link
