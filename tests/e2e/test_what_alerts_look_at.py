"""Every series that an alert rule looks at is there before anything has gone wrong: a fault is then a growth, not a beginning."""

import asyncio

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.system import System
from shared.topics import Service
from tests.support.alert_rules import Rule, alert_rules

Series = tuple[str, dict[str, str]]
_OF_PROMETHEUS = {"up"}
# Made when a consumer is first looked at, and by what is done by the clock.
_SOON_S = 30


async def told(system: System) -> list[Series]:
    async with httpx.AsyncClient() as client:
        pages = [(await client.get(f"{system.url(service)}/metrics")).text for service in Service]
    return [
        (sample.name, sample.labels)
        for page in pages
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    ]


@pytest.mark.parametrize("rule", alert_rules(), ids=lambda rule: rule.name)
async def test_what_an_alert_looks_at_is_told(system: System, rule: Rule) -> None:
    async with asyncio.timeout(_SOON_S):
        while missing := not_told(rule, await told(system)):
            await asyncio.sleep(0.5)
    assert missing == []


def not_told(rule: Rule, series: list[Series]) -> list[str]:
    return [
        selector.name
        for selector in rule.selectors
        if selector.name not in _OF_PROMETHEUS
        and not any(selector.name == name and selector.is_met_by(labels) for name, labels in series)
    ]
