"""May a newly trained model take the shipped one's place? Both answer the same texts; where they differ decides."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from pathlib import Path
from typing import Any, Final

from services.enrichment.classifier.evaluate import BadRowError, Labelled, Report, labelled_rows, score
from services.enrichment.classifier.model import CARD_FILE, FOLDER, HELD_OUT_FILE, WEIGHTS_FILE, CategoryModel

BEYOND_CHANCE: Final = 1.64
"""Standard errors. Were two models equally good, one in twenty comparisons would differ by more in one direction."""
MACRO_F1_FALL: Final = 0.01


class NotComparableError(ValueError):
    """Two models that were not measured on the same texts; the message says what to do."""


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no difference"


@dataclass(frozen=True, slots=True)
class Compared:
    """One set of texts. `gained`: right now and wrong before; `lost`: the other way round; figures are before and after."""

    name: str
    n: int
    gained: int
    lost: int
    accuracy: tuple[float, float]
    macro_f1: tuple[float, float]

    @property
    def verdict(self) -> Verdict:
        """McNemar: of the texts on which they differ, chance gives each model half, give or take a square root."""
        chance = BEYOND_CHANCE * sqrt(self.gained + self.lost)
        if self.lost - self.gained > chance or self.macro_f1[0] - self.macro_f1[1] > MACRO_F1_FALL:
            return Verdict.WORSE
        return Verdict.BETTER if self.gained > self.lost else Verdict.NO_DIFFERENCE


def verdict(sets: Sequence[Compared]) -> Verdict:
    """Worse anywhere is worse; better is better somewhere, and on all texts together."""
    if any(each.verdict is Verdict.WORSE for each in sets):
        return Verdict.WORSE
    ahead = sum(each.gained - each.lost for each in sets)
    return Verdict.BETTER if ahead > 0 else Verdict.NO_DIFFERENCE


def compare(candidate: Path, files: Sequence[Path], shipped: Path = FOLDER) -> list[Compared]:
    """On each file of labelled texts, and on the later police events by the twins that had not seen them."""
    before, after = CategoryModel.load(shipped), CategoryModel.load(candidate)
    sets = [_on_file(before, after, path) for path in files]
    return [*sets, *_on_police_events(shipped, candidate)]


def promote(candidate: Path, shipped: Path = FOLDER) -> None:
    """The weights before the card, so that a card never names weights that are not there."""
    for name in (WEIGHTS_FILE, HELD_OUT_FILE, CARD_FILE):
        partial = shipped / f"{name}.new"
        shutil.copyfile(candidate / name, partial)
        partial.replace(shipped / name)


def _on_file(before: CategoryModel, after: CategoryModel, path: Path) -> Compared:
    rows = list(labelled_rows(path))
    if not rows:
        raise BadRowError(f"{path} holds no rows")
    (right_before, first), (right_after, second) = _answered(before, rows), _answered(after, rows)
    return Compared(
        path.stem,
        len(rows),
        *_differences(right_before, right_after),
        (first.accuracy, second.accuracy),
        (first.macro_f1, second.macro_f1),
    )


def _answered(model: CategoryModel, rows: Sequence[Labelled]) -> tuple[list[bool], Report]:
    found = model.predict([row.text for row in rows])
    right = [each.category in row.accepted for each, row in zip(found, rows, strict=True)]
    return right, score(rows, found, 0.0)


def _differences(before: Sequence[bool], after: Sequence[bool]) -> tuple[int, int]:
    pairs = list(zip(before, after, strict=True))
    return pairs.count((False, True)), pairs.count((True, False))


def _on_police_events(before: Path, after: Path) -> Iterator[Compared]:
    """The shipped models have seen these events; the answers of their twins, which had not, are kept beside them."""
    first, second = _held_out(before), _held_out(after)
    if (first["events_from"], first["n"]) != (second["events_from"], second["n"]):
        raise NotComparableError(
            "The two models were held out from different police events; train both from the same ones."
        )
    for name in ("whole", "summary"):
        yield Compared(
            f"police events, {name}",
            first["n"],
            *_differences(_from_hexadecimal(first[name]["right"]), _from_hexadecimal(second[name]["right"])),
            (first[name]["accuracy"], second[name]["accuracy"]),
            (first[name]["macro_f1"], second[name]["macro_f1"]),
        )


def as_hexadecimal(right: Sequence[bool]) -> str:
    """One bit a text, the first one first, behind a leading 1 that keeps the length."""
    return f"{int('1' + ''.join('01'[each] for each in right), 2):x}"


def _from_hexadecimal(right: str) -> list[bool]:
    return [bit == "1" for bit in f"{int(right, 16):b}"[1:]]


def _held_out(folder: Path) -> dict[str, Any]:
    held_out: dict[str, Any] = json.loads((folder / HELD_OUT_FILE).read_text(encoding="utf-8"))
    return held_out
