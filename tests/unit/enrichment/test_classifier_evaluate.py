import gzip
import json
from pathlib import Path

import pytest
from rich.console import Console

from services.enrichment.classifier.collect import slim
from services.enrichment.classifier.evaluate import (
    BadRowError,
    Labelled,
    calibration_error,
    evaluate_classification,
    labelled_rows,
    main,
    score,
)
from services.enrichment.classifier.model import Classification
from shared.categories import CategoryCode

FIRE, THEFT, BURGLARY = CategoryCode.FIRE, CategoryCode.THEFT, CategoryCode.BURGLARY


def _said(category: CategoryCode, confidence: float = 0.9, second: CategoryCode = CategoryCode.OTHER):
    return Classification(category, confidence, ((category, confidence), (second, 1 - confidence)), "")


def _write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_both_kinds_of_rows_are_read(tmp_path: Path):
    path = _write(
        tmp_path / "rows.jsonl",
        {"text": "Det brinner", "categories": ["fire", "accident"]},
        {"summary": "Inbrott i villa.", "body": None, "category": "burglary"},
        {"summary": "Brand.", "body": "Ett hus brinner.", "type": "Mordbrand"},
    )
    assert list(labelled_rows(path)) == [
        Labelled("Det brinner", (FIRE, CategoryCode.ACCIDENT)),
        Labelled("Inbrott i villa.", (BURGLARY,)),
        Labelled("Brand.\nEtt hus brinner.", (FIRE,)),
    ]


def test_packed_files_are_read_alike(tmp_path: Path):
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(b'{"text": "eld", "categories": ["fire"]}\n\n'))
    assert list(labelled_rows(packed)) == [Labelled("eld", (FIRE,))]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not json", "not JSON"),
        ("[]", "not an object"),
        ('{"categories": ["fire"]}', "no text"),
        ('{"text": "eld"}', "no category"),
        ('{"text": "eld", "categories": ["flood"]}', "unknown category 'flood'"),
        ('{"text": "eld", "categories": [3]}', "unknown category 3"),
        ('{"summary": "eld", "type": "Övrigt"}', "no category"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, line: str, says: str):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "eld", "categories": ["fire"]}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(BadRowError, match=r"rows\.jsonl, line 2") as raised:
        list(labelled_rows(path))
    assert says in str(raised.value)


def test_an_empty_file_is_refused(tmp_path: Path):
    with pytest.raises(BadRowError, match="holds no rows"):
        evaluate_classification(_write(tmp_path / "none.jsonl"))


def test_any_accepted_category_is_right():
    report = score([Labelled("x", (FIRE, THEFT))], [_said(THEFT)], 1.0)
    assert report.accuracy == 1.0
    assert report.macro_f1 == 1.0


def test_macro_f1_is_over_the_categories_of_the_truth():
    rows = [Labelled("a", (FIRE,)), Labelled("b", (FIRE,)), Labelled("c", (THEFT,)), Labelled("d", (THEFT,))]
    report = score(rows, [_said(guess) for guess in (FIRE, BURGLARY, THEFT, FIRE)], 2.0)
    assert [each.category for each in report.scores] == [FIRE, THEFT]
    assert report.accuracy == 0.5
    assert report.macro_f1 == pytest.approx((0.5 + 2 / 3) / 2)
    assert report.docs_per_s == 2.0


def test_an_accepted_category_in_second_place_counts_for_the_first_two():
    rows = [Labelled("a", (FIRE,)), Labelled("b", (FIRE,))]
    report = score(rows, [_said(THEFT, second=FIRE), _said(THEFT, second=BURGLARY)], 1.0)
    assert (report.accuracy, report.top2) == (0.0, 0.5)


def test_calibration_error_is_the_gap_between_what_is_said_and_what_is_right():
    assert calibration_error([(0.75, True), (0.75, False)]) == pytest.approx(0.25)
    assert calibration_error([(1.0, True)] * 4) == 0.0
    assert calibration_error([(1.0, True), (0.05, True)]) == pytest.approx(0.95 / 2)


def test_coverage_tells_what_answering_only_when_sure_would_give():
    report = score([Labelled("a", (FIRE,))] * 2, [_said(FIRE, 0.9), _said(THEFT, 0.4)], 1.0)
    by_confidence = {each.at_least: (each.share, each.accuracy) for each in report.coverage}
    assert by_confidence[0.0] == (1.0, 0.5)
    assert by_confidence[0.5] == (0.5, 1.0)
    assert by_confidence[0.95] == (0.0, None)


def test_the_last_line_printed_is_the_json_summary(tmp_path: Path):
    path = _write(
        tmp_path / "rows.jsonl",
        {"text": "Det brinner i en villa, lågor och rök", "categories": ["fire"]},
        {"text": "Min cykel är stulen", "categories": ["theft"]},
    )
    console = Console(width=60, record=True, quiet=False)
    main(path, console)
    lines = console.export_text().splitlines()
    assert list(json.loads(lines[-1])) == ["n", "accuracy", "macro_f1", "docs_per_s", "top2", "ece"]
    assert any("Brand" in line for line in lines)


def test_a_file_that_cannot_be_scored_ends_the_command_with_one_sentence(tmp_path: Path):
    with pytest.raises(SystemExit, match=r"Cannot evaluate: rows\.jsonl, line 1: no category"):
        main(_write(tmp_path / "rows.jsonl", {"text": "eld"}), Console())
    broken = tmp_path / "rows.jsonl.gz"
    broken.write_bytes(b"not packed")
    with pytest.raises(SystemExit, match="Cannot evaluate"):
        main(broken, Console())


def test_training_events_keep_no_press_contacts():
    event = {
        "id": 1,
        "datetime": "2025-01-02 3:04:05 +01:00",
        "type": "Brand",
        "summary": "Brand i villa.",
        "body": "Ett hus brinner.\nFrågor från media besvaras av presstalesperson på 010-00 00 00.",
        "municipality_code": "1983",
    }
    assert [row["body"] for row in slim([event, {**event, "type": "Övrigt"}])] == ["Ett hus brinner."]
