import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.enrichment.classifier.corpus import CITIZEN_EXAMPLES, DEVELOPMENT, citizen_examples
from services.enrichment.classifier.evaluate import Labelled, measured
from services.enrichment.classifier.features import occurrences, prepare, words_of
from services.enrichment.classifier.model import FOLDER, WEIGHTS_FILE, CategoryModel, content_version
from shared.categories import CategoryCode

HELD_OUT = Path(__file__).parents[2] / "data" / "citizen_held_out.jsonl"
BLIND = HELD_OUT.with_name("citizen_blind.jsonl")


@pytest.fixture(scope="module")
def model() -> CategoryModel:
    return CategoryModel.load()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Det brinner i en container bakom affären, mycket rök", CategoryCode.FIRE),
        ("Min cykel har blivit stulen utanför stationen", CategoryCode.THEFT),
        ("Two cars crashed at the roundabout", CategoryCode.TRAFFIC),
        ("Någon har klottrat på skolans vägg", CategoryCode.VANDALISM),
        ("Stort gäng ungdomar stökar och skriker vid gallerian", CategoryCode.YOUTH_GATHERING),
        ("Lös hund springer på vägen", CategoryCode.ANIMAL),
        ("Det går rykten på Facebook om att skolan ska stängas, är det sant?", CategoryCode.RUMOUR),
        ("Inbrott i villa.\nEn altandörr är uppbruten och smycken saknas.", CategoryCode.BURGLARY),
    ],
)
def test_plain_reports_get_their_category(model: CategoryModel, text: str, category: CategoryCode):
    assert model.predict([text])[0].category is category


@pytest.mark.parametrize(("path", "accuracy"), [(HELD_OUT, 0.89), (BLIND, 0.94), (DEVELOPMENT, 0.90)])
def test_reports_nobody_trained_on_are_understood_no_worse_than_measured(
    model: CategoryModel, path: Path, accuracy: float
):
    """Guards against getting worse; what was measured, and the aim, stand in docs/classification.md."""
    held_out = citizen_examples(path)
    rows = [Labelled(example.text, example.categories) for example in held_out]
    assert measured(model, rows).accuracy >= accuracy


def test_confidence_is_about_as_often_right_as_it_says(model: CategoryModel):
    unseen = [*citizen_examples(HELD_OUT), *citizen_examples(BLIND), *citizen_examples(DEVELOPMENT)]
    found = model.predict([example.text for example in unseen])
    right = np.array(
        [each.category in example.categories for each, example in zip(found, unseen, strict=True)]
    )
    assert np.mean([each.confidence for each in found]) == pytest.approx(right.mean(), abs=0.06)


def test_the_reason_names_words_of_the_text(model: CategoryModel):
    found = model.predict(["Kraftig rök och lågor, det brinner på Storgatan"])[0]
    assert found.reason.startswith("orden ")
    assert '"brinner"' in found.reason


def test_alternatives_begin_with_the_answer_and_fall(model: CategoryModel):
    found = model.predict(["Någon har brutit sig in och stulit en cykel"])[0]
    confidences = [confidence for _, confidence in found.alternatives]
    assert len(found.alternatives) == 3
    assert found.alternatives[0] == (found.category, found.confidence)
    assert confidences == sorted(confidences, reverse=True)


@pytest.mark.parametrize("text", ["", "   ", "!!!", "[telefonnummer]", "\n\n"])
def test_a_text_without_words_is_other_with_little_confidence(model: CategoryModel, text: str):
    found = model.predict([text])[0]
    assert found.category is CategoryCode.OTHER
    assert found.confidence < 0.1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=120), max_size=6))
def test_a_text_is_judged_alike_alone_and_in_a_batch(texts: list[str]):
    model = CategoryModel.load()
    together = model.predict(texts)
    assert len(together) == len(texts)
    for found, text in zip(together, texts, strict=True):
        alone = model.predict([text])[0]
        assert found.confidence == pytest.approx(alone.confidence, abs=2e-3)
        assert 0 < found.confidence <= 1


@settings(deadline=None)
@given(st.text(max_size=200))
def test_capitals_and_digits_do_not_matter(text: str):
    assert words_of("KROCK PÅ E18 " + text) == words_of("krock på e20 " + text)


def test_the_first_line_is_seen_apart():
    whole, parted = occurrences([prepare("brand i bil")]), occurrences([prepare("brand\ni bil")])
    assert set(parted.keys.tolist()) < set(whole.keys.tolist())


def test_n_grams_never_cross_from_one_text_to_the_next():
    apart = [set(occurrences([prepare(text)]).keys.tolist()) for text in ("brand båt", "kniv torg")]
    together = occurrences([prepare("brand båt"), prepare("kniv torg")])
    assert set(together.keys.tolist()) == apart[0] | apart[1]


def test_a_saved_model_reads_back_and_saves_to_the_same_bytes(model: CategoryModel, tmp_path: Path):
    model.save(tmp_path / "a", {})
    again = CategoryModel.load(tmp_path / "a")
    again.save(tmp_path / "b", {})
    assert (tmp_path / "a" / WEIGHTS_FILE).read_bytes() == (tmp_path / "b" / WEIGHTS_FILE).read_bytes()
    np.testing.assert_array_equal(again.vocabulary.keys, model.vocabulary.keys)


def test_the_card_names_the_weights_it_belongs_to(model: CategoryModel):
    assert model.version == content_version(FOLDER / WEIGHTS_FILE)


def test_the_model_is_small_and_holds_no_pickle(model: CategoryModel):
    assert (FOLDER / WEIGHTS_FILE).stat().st_size < 15_000_000
    with np.load(FOLDER / WEIGHTS_FILE, allow_pickle=False) as stored:
        assert all(stored[name].dtype != object for name in stored.files)
    assert model.categories == tuple(CategoryCode)


def test_every_category_has_citizen_examples_in_both_languages():
    rows = [json.loads(line) for line in CITIZEN_EXAMPLES.read_text(encoding="utf-8").splitlines()]
    by_category = Counter(row["categories"][0] for row in rows)
    assert set(by_category) == set(CategoryCode)
    assert min(by_category.values()) >= 100
    assert {(row["categories"][0], row["language"]) for row in rows} == {
        (category, language) for category in CategoryCode for language in ("sv", "en")
    }


def test_held_out_reports_are_not_among_those_learned_from():
    learned = {words_of(example.text) for example in citizen_examples()}
    for path in (HELD_OUT, BLIND):
        assert not learned & {words_of(example.text) for example in citizen_examples(path)}
