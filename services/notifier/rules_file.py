"""Reading the rules file. What is wrong in it is said in one sentence: file, place, fault."""

import difflib
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode

from services.notifier.domain.rules import AgencyView, Condition, Limit, Rule, Rules
from shared.categories import CategoryCode
from shared.errors import CannotStart
from shared.events import Agency, Source

DEFAULT_RULES_PATH: Final = Path(__file__).with_name("rules.yaml")
_KNOWN_WORDS: Final = (
    *CategoryCode,
    *Agency,
    *Source,
    *{name for model in (Rules, Rule, Limit, Condition, AgencyView) for name in model.model_fields},
)


class RulesFault(CannotStart):
    """The message is one sentence for the person who edits the file."""


class _EachKeyOnce(yaml.SafeLoader):
    """YAML lets the last of two equal keys win; here that would silently drop half a rule."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's own signature
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_rules(path: Path) -> Rules:
    """Raises `RulesFault`."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _EachKeyOnce)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise RulesFault(
            f"The rules file {path} cannot be read ({error.strerror}): check NOTIFIER_RULES."
        ) from error
    except UnicodeDecodeError as error:
        raise RulesFault(f"{path}: the file is not UTF-8 text.") from error
    except yaml.YAMLError as error:
        raise RulesFault(f"{path}: {_yaml_fault(error)}.") from error
    if not isinstance(content, dict):
        raise RulesFault(f"{path}: the file holds no rules; it must begin with `version: 1`.")
    try:
        return Rules.model_validate(content)
    except ValidationError as error:
        raise RulesFault(f"{path}: {_first_fault(error, content)}.") from error


def _yaml_fault(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return problem if mark is None else f"line {mark.line + 1}, column {mark.column + 1}: {problem}"


def _first_fault(error: ValidationError, content: Mapping[str, Any]) -> str:
    faults = error.errors(include_url=False)
    first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    place = _place(first["loc"], content)
    if first["type"] == "extra_forbidden":
        word = str(first["loc"][-1])
        return f"{place} is not a word of the rules{_suggestion(word)}"
    if first["type"] == "missing":
        return f"{place} is missing"
    fault = first["msg"].removeprefix("Value error, ").removesuffix(".")
    if first["type"] == "enum":
        return f"{place}: {first['input']!r} is not known{_suggestion(str(first['input']))}; {_lower(fault)}"
    given = "" if isinstance(first["input"], (dict, list)) else f" (it is {first['input']!r})"
    return f"{place}: {fault}{given}" if place else fault


def _place(location: tuple[int | str, ...], content: Mapping[str, Any]) -> str:
    """Rules are named as the person named them, not only counted."""
    parts = [str(part) for part in location if part != "[key]"]
    if len(location) > 1 and location[0] in ("rules", "limits") and isinstance(location[1], int):
        row = content[str(location[0])][location[1]]
        name = row.get("name") if isinstance(row, dict) else None
        kind = "rule" if location[0] == "rules" else "limit"
        named = f"{kind} {name!r}" if name else f"{kind} number {location[1] + 1}"
        return ": ".join(filter(None, [named, ".".join(parts[2:])]))
    return ".".join(parts)


def _suggestion(word: str) -> str:
    close = difflib.get_close_matches(word, [str(known) for known in _KNOWN_WORDS], n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
