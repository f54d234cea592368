import json
from pathlib import Path

import pytest

from services.enrichment.classifier.corpus import CitizenExample, PoliceEvent
from services.enrichment.classifier.model import CARD_FILE, FOLDER, HELD_OUT_FILE, WEIGHTS_FILE
from services.enrichment.classifier.promotion import Compared, Verdict, promote, verdict
from services.enrichment.classifier.train import made_of, twin_of
from shared.categories import CategoryCode


def _compared(gained: int, lost: int, macro_f1: tuple[float, float] = (0.8, 0.8)) -> Compared:
    return Compared("texts", 1_000, gained, lost, (0.8, 0.8), macro_f1)


def test_one_set_worse_beyond_chance_is_worse_whatever_the_others_gain():
    assert verdict([_compared(200, 10), _compared(5, 30)]) is Verdict.WORSE


def test_a_loss_that_chance_explains_does_not_hold_back_a_gain():
    assert verdict([_compared(40, 5), _compared(10, 12)]) is Verdict.BETTER


def test_the_same_answers_are_no_difference():
    assert verdict([_compared(0, 0)]) is Verdict.NO_DIFFERENCE


def test_rare_categories_given_up_for_common_ones_are_worse():
    assert verdict([_compared(40, 5, macro_f1=(0.8, 0.78))]) is Verdict.WORSE


def test_a_promoted_model_takes_the_place_of_the_old_one(tmp_path: Path):
    candidate, shipped = tmp_path / "candidate", tmp_path / "shipped"
    for folder in (candidate, shipped):
        folder.mkdir()
        for name in (WEIGHTS_FILE, HELD_OUT_FILE, CARD_FILE):
            (folder / name).write_text(folder.name, encoding="utf-8")
    promote(candidate, shipped)
    assert {path.name: path.read_text(encoding="utf-8") for path in shipped.iterdir()} == dict.fromkeys(
        (WEIGHTS_FILE, HELD_OUT_FILE, CARD_FILE), "candidate"
    )


def test_the_shipped_model_is_made_of_the_texts_beside_it():
    """A changed text file asks for `make model`."""
    card = json.loads((FOLDER / CARD_FILE).read_text(encoding="utf-8"))
    assert card["made_of"] == made_of()


@pytest.mark.filterwarnings("ignore")
def test_the_same_texts_give_the_same_bytes(tmp_path: Path):
    events = [
        PoliceEvent(
            "2025-01-01", category, f"{category} på torget {number}", f"Polis åker till {category} {number}."
        )
        for category in CategoryCode
        for number in range(3)
    ]
    examples = [
        CitizenExample(f"hjälp, {category} hos oss {number}", (category,), "ab"[number % 2])
        for category in CategoryCode
        for number in range(3)
    ]
    for name in ("one", "two"):
        twin_of(events, examples, examples).save(tmp_path / name, {})
    for name in (WEIGHTS_FILE, CARD_FILE):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
