"""When a misspelling is near enough to a name, and when it is another name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrichment.geocoder.likeness import NameList, slips_allowed, sound

NAMES = NameList.of(
    ["kolsva", "köping", "munktorp", "inre hamnen", "torggatan", "karlbergsskolan", "gästhamnen"]
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("kollsva", "kolsva"),
        ("kålsva", "kolsva"),
        ("kolva", "kolsva"),
        ("koslva", "kolsva"),
        ("kjöping", "köping"),
        ("cöping", "köping"),
        ("munktopr", "munktorp"),
        ("inrehamen", "inre hamnen"),
        ("karlbärgskolan", "karlbergsskolan"),
        ("gesthamnen", "gästhamnen"),
    ],
)
def test_a_slip_of_the_pen_is_understood(written: str, name: str) -> None:
    assert NAMES.closest(written, 2) == name


@pytest.mark.parametrize("written", ["torsgatan", "vallgatan", "linköping", "malva", "skola", "hamnen", ""])
def test_another_word_is_left_alone(written: str) -> None:
    assert NAMES.closest(written, 2) is None


def test_slips_count_against_the_part_that_tells_names_apart() -> None:
    assert slips_allowed("torsgatan") == 0
    assert slips_allowed("rosenlundsgatan") == 2
    assert slips_allowed("gatan") == 1


@given(st.sampled_from(sorted(NAMES.joined)), st.data())
def test_a_doubled_letter_never_hides_a_name(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))

    assert NAMES.closest(name[:at] + name[at] + name[at:], 0) == NAMES.joined[name]


@given(st.text(alphabet="abcdeåäökstj", max_size=15))
def test_the_sound_of_a_sound_is_itself_or_shorter(word: str) -> None:
    assert len(sound(word)) <= len(word)
