"""Schemathesis against a running service: all that its OpenAPI document says is asked for, rightly and wrongly, and every answer is
held against the document. It runs as a process of its own, beside the services it asks.

`VARDKASE_FUZZ_EXAMPLES` more examples for each operation and phase (a few, unless given), `VARDKASE_FUZZ_SEED` another seed.
"""

import asyncio
import base64
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EXAMPLES = int(os.environ.get("VARDKASE_FUZZ_EXAMPLES", "6"))
SEED = int(os.environ.get("VARDKASE_FUZZ_SEED", "20261123"))
LONGEST_S = 60 + EXAMPLES * 40
# Right by its schema and refused all the same: it is not there, is there already, or was taken back. Nothing else, and least of all
# 401 or 429, by which everything would be refused before it is looked at.
_TRUE_OF_WHAT_IS_RIGHT = ["2xx", "304", "404", "409", "410"]

_TRUE_OF_WHAT_IS_WRONG = ["400", "401", "403", "404", "405", "409", "410", "413", "415", "422"]


@dataclass(frozen=True)
class Target:
    """`secured_by`: the scheme of the document that `secret` is for; without a secret everything is asked for as a stranger.
    `overriding`: operationIds where one parameter makes the others be left aside, right or wrong. `narrower`: operationId → statuses by which what its schema allows may be refused, since a schema can't say everything.
    """

    name: str
    document: str
    url: str
    secured_by: str = ""
    secret: str = ""
    narrower: Mapping[str, Sequence[int]] = field(default_factory=dict)
    only: Sequence[str] = ()
    overriding: Sequence[str] = ()
    living: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Parameter → values of things that are there, which are asked about more often than not."""

    def configuration(self) -> str:
        right = _TRUE_OF_WHAT_IS_RIGHT if self.secret else [*_TRUE_OF_WHAT_IS_RIGHT, "401", "403"]
        lines = [
            f"seed = {SEED}",
            "continue-on-failure = true",
            'suppress-health-check = ["all"]',
            'hooks = "tests.support.fuzz_hooks"',
            "request-timeout = 30.0",
            "[generation]",
            'database = "none"',
            f"max-examples = {EXAMPLES}",
            "[phases.stateful.generation]",
            f"max-examples = {max(3, EXAMPLES // 2)}",
            "[checks]",
            "enabled = true",
            f"positive_data_acceptance.expected-statuses = {json.dumps(right)}",
            f"negative_data_rejection.expected-statuses = {json.dumps(_TRUE_OF_WHAT_IS_WRONG)}",
        ]
        lines += [
            f"[dictionaries.{name}]\nvalues = {json.dumps(values)}" for name, values in _named(self.living)
        ]
        if self.living:
            lines += ["[parameters]"]
            lines += [
                f'"{parameter}" = {{ dictionary = "{name}", probability = 0.7 }}'
                for parameter, (name, _) in zip(self.living, _named(self.living), strict=True)
            ]
        if self.secret:
            value = "api_key" if self.secured_by == "api_key" else "bearer"
            lines += ["[auth.openapi]", f"{self.secured_by} = {{ {value} = {json.dumps(self.secret)} }}"]
        for operation, statuses in self.narrower.items():
            allowed = [*right, *map(str, statuses)]
            lines += [
                "[[operations]]",
                f"include-operation-id = {json.dumps(operation)}",
                f"checks.positive_data_acceptance.expected-statuses = {json.dumps(allowed)}",
            ]
        for operation in self.overriding:
            lines += [
                "[[operations]]",
                f"include-operation-id = {json.dumps(operation)}",
                f"checks.negative_data_rejection.expected-statuses = {json.dumps([*_TRUE_OF_WHAT_IS_WRONG, '200'])}",
            ]
        return "\n".join(lines) + "\n"


def _named(living: Mapping[str, Sequence[str]]) -> list[tuple[str, list[str]]]:
    return [(parameter.replace(".", "_"), list(values)) for parameter, values in living.items()]


@dataclass(frozen=True)
class Exchange:
    method: str
    url: str
    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Fuzzed:
    is_clean: bool
    told: str
    exchanges: list[Exchange]

    @property
    def statuses(self) -> Counter[int]:
        return Counter(each.status for each in self.exchanges)


async def fuzz(target: Target, folder: Path) -> Fuzzed:
    settings, recorded = folder / f"{target.name}.toml", folder / f"{target.name}.har"
    settings.write_text(target.configuration(), encoding="utf-8")
    selected = [part for each in target.only for part in ("--include-operation-id", each)]
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        *("--config-file", str(settings), "run", target.document, "--url", target.url),
        *("--workers", "1", "--no-color", "--report", "har", "--report-har-path", str(recorded)),
        *("--report-preserve-bytes", *selected),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(LONGEST_S):
            told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    exchanges = _exchanges(json.loads(recorded.read_bytes())) if recorded.exists() else []
    return Fuzzed(process.returncode == 0, told.decode(errors="replace"), exchanges)


def _exchanges(recorded: Any) -> list[Exchange]:
    return [
        Exchange(
            entry["request"]["method"],
            entry["request"]["url"],
            entry["response"]["status"],
            _body(entry["response"].get("content", {})),
        )
        for entry in recorded["log"]["entries"]
    ]


def _body(content: Mapping[str, Any]) -> bytes:
    text = content.get("text") or ""
    return base64.b64decode(text) if content.get("encoding") == "base64" else text.encode()
