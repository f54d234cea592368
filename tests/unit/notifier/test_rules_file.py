from pathlib import Path

import pytest

from services.notifier.rules_file import DEFAULT_RULES_PATH, RulesFault, load_rules

GOOD = DEFAULT_RULES_PATH.read_text(encoding="utf-8")
TRAFFIC = "when: {categories: [traffic], min_severity: 3}"


def test_the_rules_that_come_with_the_product_are_valid():
    rules = load_rules(DEFAULT_RULES_PATH)
    assert {"bara hörsägen", "osäker tolkning"} <= {limit.name for limit in rules.limits}


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (
            "[traffic]",
            "[trafic]",
            r"rule 'allvarlig trafikolycka': when.categories.0: 'trafic' .*'traffic'\?",
        ),
        ("tell: [rescue]", "tel: [rescue]", r"rule 'allvarlig trafikolycka': tel is not a word .*'tell'\?"),
        (TRAFFIC, "when: {categories: [traffic], min_severity: 7}", r"when.min_severity: 7 is not known"),
        (
            TRAFFIC,
            "when: {min_severity: 3, max_severity: 2}",
            r"'allvarlig trafikolycka': when: .* never hold",
        ),
        (TRAFFIC, "when: {}", r"rule 'allvarlig trafikolycka': when: states nothing"),
        (TRAFFIC, "when: {municipality: [Köping]}", r"when.municipality.0: .*\(it is 'Köping'\)"),
        ("name: utanför kommunen", "name: bara hörsägen", r"two rules are called 'bara hörsägen'"),
        ("  care:\n", "  cares:\n", r"agencies.cares: 'cares' is not known \(did you mean 'care'"),
        ("tell: [guards]", "tell: [polis]", r"'pågår där väktare rör sig': tell.0: 'polis'.*'police'\?"),
        ("police: {share: full}", "police: {share: full, never: [fire]}", r"agencies.police: .* severity 4"),
        ("police: {share: full}", "", r"agencies lacks police"),
        ("police: {share: full}", "police: {share: half}", r"agencies.police.share: .*\(it is 'half'\)"),
        ("quiet_s: 15", "quiet_s: 15\nquiet_s: 3", r"line \d+, column 1: the key 'quiet_s' stands twice"),
        ("rules:\n", "rules:\n  - [oj\n", r"line \d+, column \d+: "),
        ("rules:\n", "rules:\n  - hej\n", r"rule number 1"),
        ("version: 1", "version: 2", r"version: "),
        (
            TRAFFIC + "\n    tell: [rescue]",
            "when: {categories: [fraud]}\n    tell: [guards]",
            r"guards.never forbids",
        ),
    ],
)
def test_a_fault_is_told_in_one_sentence_naming_file_and_rule(
    tmp_path: Path, right: str, wrong: str, says: str
):
    path = tmp_path / "rules.yaml"
    assert right in GOOD
    path.write_text(GOOD.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(RulesFault, match=says) as fault:
        load_rules(path)
    assert str(fault.value).startswith(f"{path}: ")
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (
            "police: {share: full}",
            "police: {share: half}",
            "agencies.police.share: it should be 'full' or 'without_text' (it is 'half')",
        ),
        ("[traffic], min", "traffic, min", "when.categories: a list in [ ] was expected (it is 'traffic')"),
        (TRAFFIC, "when: traffic", "when: `word: value` was expected, one or more (it is 'traffic')"),
        (TRAFFIC, "when: {ongoing: perhaps}", "when.ongoing: true or false was expected (it is 'perhaps')"),
        (TRAFFIC, "when: {municipality: [1983]}", "text was expected; put it in quotes (it is 1983)"),
        (TRAFFIC, "when: {municipality: [Köping]}", "a code of four digits in quotes was expected"),
        ("tell: [rescue]", "tell: []", "tell: at least one must be named"),
        ("quiet_s: 15", "quiet_s: 2026-01-01", "quiet_s: a number was expected (it is 2026-01-01)"),
        ("quiet_s: 15", "quiet_s:", "quiet_s: a number was expected (it is empty)"),
        ("version: 1", "version: 1\n? [1]\n: 2", "a key must be a single word"),
    ],
)
def test_a_fault_is_told_in_plain_words(tmp_path: Path, right: str, wrong: str, says: str):
    path = tmp_path / "rules.yaml"
    assert right in GOOD
    path.write_text(GOOD.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(RulesFault) as fault:
        load_rules(path)
    assert says in str(fault.value)
    assert not [word for word in ("<", "None", "uple", "dictionary", "Input") if word in str(fault.value)]


def test_a_missing_file_is_told_with_the_setting_that_names_it(tmp_path: Path):
    with pytest.raises(RulesFault, match="NOTIFIER_RULES"):
        load_rules(tmp_path / "none.yaml")


@pytest.mark.parametrize("content", [b"", b"- a list", b"\xff\xfe"])
def test_a_file_that_holds_no_rules_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "rules.yaml"
    path.write_bytes(content)
    with pytest.raises(RulesFault):
        load_rules(path)
