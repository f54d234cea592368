"""Each alert says what is the matter, what to do and where more is written; the example fetches what the rules look at."""

import re
from pathlib import Path

import pytest
import yaml

from shared.topics import Service
from tests.support.alert_rules import FOLDER, Rule, alert_rules

ROOT = Path(__file__).parents[3]
RULES = alert_rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_an_alert_says_what_to_do_and_where_more_is_written(rule: Rule) -> None:
    assert rule.severity in {"page", "ticket"}
    assert rule.annotations.keys() == {"summary", "do", "see"}
    path, _, anchor = rule.annotations["see"].partition("#")
    assert anchor in {"", *anchors(ROOT / path)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_an_alert_tells_of_is_in_what_it_looks_at(rule: Rule) -> None:
    told = set(re.findall(r"\$labels\.(\w+)", " ".join(rule.annotations.values())))
    grouped = {label for selector in rule.selectors for label in selector.grouped}
    assert told <= grouped if grouped else True


def test_each_alert_has_its_own_trial() -> None:
    trials = yaml.safe_load((FOLDER / "alerts_test.yaml").read_text())["tests"]
    assert [trial["name"] for trial in trials] == [rule.name for rule in RULES]


def test_the_example_fetches_from_every_service_under_the_name_the_rules_know() -> None:
    example = yaml.safe_load((FOLDER / "prometheus.yaml").read_text())
    jobs = {each["job_name"]: each["static_configs"][0]["targets"] for each in example["scrape_configs"]}
    assert jobs == {
        str(service): [f"127.0.0.1:{8101 + place}"]
        for place, service in enumerate(("intake", "enrichment", "notifier", "reporting"))
    }
    assert set(jobs) == {str(service) for service in Service}
    assert example["rule_files"] == ["alerts.yaml"]


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
