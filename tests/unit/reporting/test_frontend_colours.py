"""What is shown can be read, and the groups told apart, in light and dark, also by the colour-blind."""

import json
import math
import re
from itertools import combinations

import numpy as np
import pytest

from services.reporting.pages import WEB
from shared.categories import CategoryCode
from shared.web import STYLES_FOLDER

STYLES = WEB / "src" / "styles"
GROUPS: dict[str, list[str]] = json.loads((WEB / "src" / "groups.json").read_text())
SCHEMES = ("light", "dark")
# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
SIGHT = {
    "full": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
RGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)
WHITE = np.array([0.95047, 1, 1.08883])


def _colours(scheme: str) -> dict[str, str]:
    """Custom properties that hold a colour: those of :root, overridden in dark by the dark block."""
    css = "\n".join(path.read_text() for path in [STYLES_FOLDER / "base.css", *sorted(STYLES.glob("*.css"))])
    css = re.sub(r"@media print \{.*?\n\}\n", "", css, flags=re.DOTALL)
    dark = "".join(re.findall(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", css, flags=re.DOTALL))
    light = re.sub(r"@media \(prefers-color-scheme: dark\) \{.*?\n\}", "", css, flags=re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark)) if scheme == "dark" else found


def _linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1 to 21."""
    high, low = sorted((float(RGB_TO_XYZ[1] @ _linear(each)) for each in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _lab(colour: str, sight: str) -> np.ndarray:
    xyz = RGB_TO_XYZ @ np.clip(SIGHT[sight] @ _linear(colour), 0, 1) / WHITE
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("ink", "surface"),
        ("ink", "sunken"),
        ("ink-soft", "paper"),
        ("ink-soft", "surface"),
        ("ink-soft", "sunken"),
        ("ink-soft", "map-own"),
        ("ink-soft", "map-land"),
        ("ink-soft", "map-water"),
        ("accent", "paper"),
        ("accent", "surface"),
        ("accent-strong", "accent-wash"),
        ("ink", "accent-wash"),
        ("ink-soft", "accent-wash"),
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("attention-text", "surface"),
        ("attention-text", "attention-wash"),
        ("ink", "attention-wash"),
        ("critical", "surface"),
        ("critical", "critical-wash"),
        ("done", "done-wash"),
        ("done", "surface"),
    ],
)
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    colours = _colours(scheme)
    assert _contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("mark", "ground"),
    [
        ("edge", "surface"),
        ("edge", "paper"),
        ("focus", "paper"),
        ("focus", "surface"),
        ("attention", "paper"),
        ("critical", "map-own"),
        ("critical", "symbol-ground"),
        ("chart-now", "surface"),
        ("chart-before", "surface"),
        ("chart-band-edge", "surface"),
        ("on-hue", "hue-fire"),
        *(
            (f"hue-{group}", ground)
            for group in GROUPS
            for ground in ("symbol-ground", "on-hue", "map-own", "surface")
        ),
    ],
)
def test_marks_can_be_seen(scheme: str, mark: str, ground: str) -> None:
    colours = _colours(scheme)
    assert _contrast(colours[mark], colours[ground]) >= 3


@pytest.mark.parametrize("sight", list(SIGHT))
@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_two_groups_look_alike(scheme: str, sight: str) -> None:
    """CIE 1976 distance; 2.3 is just noticeable."""
    colours = _colours(scheme)
    for one, other in combinations(GROUPS, 2):
        apart = math.dist(_lab(colours[f"hue-{one}"], sight), _lab(colours[f"hue-{other}"], sight))
        assert apart > 15, f"{one} and {other}"


def test_every_category_is_in_exactly_one_of_eight_groups() -> None:
    assert len(GROUPS) == 8
    assert sorted(code for codes in GROUPS.values() for code in codes) == sorted(CategoryCode)
