import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.photos.ranges import Part, Unsatisfiable, is_known, part_of

ETAG = '"a-display"'


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (None, Part(0, 100, is_whole=True)),
        ("bytes=0-9", Part(0, 10)),
        ("bytes=90-", Part(90, 100)),
        ("bytes=90-1000", Part(90, 100)),
        ("bytes=-10", Part(90, 100)),
        ("bytes=-1000", Part(0, 100)),
        ("Bytes= 5-5 ", Part(5, 6)),
        ("bytes=9-5", Part(0, 100, is_whole=True)),
        ("bytes=0-1,5-6", Part(0, 100, is_whole=True)),
        ("bytes=-", Part(0, 100, is_whole=True)),
        ("items=0-1", Part(0, 100, is_whole=True)),
        (f"bytes={'9' * 5_000}-", Part(0, 100, is_whole=True)),
        ("bytes=٣-٥", Part(0, 100, is_whole=True)),
    ],
)
def test_one_range_is_understood_and_everything_else_is_the_whole(asked: str | None, part: Part) -> None:
    assert part_of(asked, None, ETAG, 100) == part


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=100-200", "bytes=-0", f"bytes={'9' * 40}-"])
def test_what_lies_beyond_is_told_so(asked: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(asked, None, ETAG, 100)


def test_a_range_of_another_version_is_the_whole() -> None:
    assert part_of("bytes=0-9", '"other"', ETAG, 100).is_whole
    assert part_of("bytes=0-9", ETAG, ETAG, 100) == Part(0, 10)


@given(st.text(max_size=40), st.integers(1, 10_000))
def test_whatever_is_asked_lies_within(asked: str, length: int) -> None:
    try:
        part = part_of("bytes=" + asked, None, ETAG, length)
    except Unsatisfiable:
        return
    assert 0 <= part.start < part.end <= length


def test_who_has_it_is_known() -> None:
    assert is_known(f'"x", W/{ETAG}', ETAG)
    assert is_known("*", ETAG)
    assert not is_known('"x"', ETAG)
    assert not is_known(None, ETAG)
