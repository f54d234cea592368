"""The alert rules as they are, and the series that each of them looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import promql_parser
import yaml

FOLDER: Final = Path(__file__).parents[2] / "deploy" / "prometheus"


@dataclass(frozen=True, slots=True)
class Selector:
    """`grouped`: labels that its values are put together by."""

    name: str
    matchers: tuple[Any, ...]
    grouped: frozenset[str]

    def is_met_by(self, labels: dict[str, str]) -> bool:
        return self.grouped <= labels.keys() | {"job", "instance"} and all(
            _is_met(matcher, labels.get(matcher.name, "")) for matcher in self.matchers
        )


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    expression: str
    severity: str
    annotations: dict[str, str]

    @property
    def selectors(self) -> list[Selector]:
        return list(_selectors(promql_parser.parse(self.expression), frozenset()))


def alert_rules() -> list[Rule]:
    groups = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"]
    return [
        Rule(rule["alert"], rule["expr"], rule["labels"]["severity"], rule["annotations"])
        for group in groups
        for rule in group["rules"]
    ]


def _selectors(node: Any, grouped: frozenset[str]) -> Iterator[Selector]:
    if isinstance(node, promql_parser.VectorSelector):
        yield Selector(node.name or "", tuple(node.matchers.matchers), grouped)
    elif isinstance(node, promql_parser.MatrixSelector):
        yield from _selectors(node.vector_selector, grouped)
    elif isinstance(node, promql_parser.BinaryExpr):
        yield from _selectors(node.lhs, grouped)
        yield from _selectors(node.rhs, grouped)
    elif isinstance(node, promql_parser.AggregateExpr):
        by = frozenset(node.modifier.labels) if node.modifier else frozenset()
        yield from _selectors(node.expr, grouped | by)
    elif isinstance(node, promql_parser.Call):
        for argument in node.args:
            yield from _selectors(argument, grouped)
    elif isinstance(node, promql_parser.ParenExpr):
        yield from _selectors(node.expr, grouped)
    elif not isinstance(node, promql_parser.NumberLiteral):
        raise TypeError(f"a rule of a kind that is not read here: {type(node).__name__}")


def _is_met(matcher: Any, value: str) -> bool:
    if matcher.op == promql_parser.MatchOp.Equal:
        return bool(matcher.value == value)
    if matcher.op == promql_parser.MatchOp.NotEqual:
        return bool(matcher.value != value)
    raise ValueError(f"not read here: {matcher}")
