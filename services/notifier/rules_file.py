"""Reading the rules file. What is wrong in it is said in one sentence: file, place, fault."""

import difflib
import re
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
# What pydantic says of its own types, in the words of who edits the file.
_NUMBER: Final = "a number was expected"
_LIST: Final = "a list in [ ] was expected"
_BELOW: Final = "`word: value` was expected, one or more"
_YES_OR_NO: Final = "true or false was expected"
_PLAIN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("tuple_type", "list_type"), _LIST),
    **dict.fromkeys(("model_type", "mapping_type", "dict_type"), _BELOW),
    **dict.fromkeys(("float_type", "float_parsing", "int_type", "int_parsing", "finite_number"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _YES_OR_NO),
    "string_type": "text was expected; put it in quotes",
    "string_too_short": "it must not be empty",
    "string_pattern_mismatch": "a code of four digits in quotes was expected",
    "too_short": "at least one must be named",
    "invalid_key": "a word was expected, not a number",
}
_ENUM_MEMBER: Final = re.compile(r"<\w+\.\w+: ('\w+'|\d+)>")


class RulesFault(CannotStart):
    """The message is one sentence for the person who edits the file."""


class _EachKeyOnce(yaml.SafeLoader):
    """YAML lets the last of two equal keys win; here that would silently drop half a rule."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's own signature
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if not isinstance(key, Hashable):
                raise ConstructorError(None, None, "a key must be a single word", key_node.start_mark)
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
    given, fault = _shown(first["input"]), _plain(first["type"], first["msg"])
    if first["type"] == "enum":
        return f"{place}: {given} is not known{_suggestion(str(first['input']))}; {fault}"
    shown = f" (it is {given})" if given else ""
    return f"{place}: {fault}{shown}" if place else fault


def _plain(kind: str, message: str) -> str:
    fault = _ENUM_MEMBER.sub(r"\1", message).removeprefix("Value error, ").removesuffix(".")
    return _PLAIN.get(kind, fault.replace("Input should be", "it should be"))


def _shown(value: object) -> str:
    """As it stands in the file; what is long is not shown."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case str():
            return repr(value)
        case dict() | list():
            return ""
        case _:
            return str(value)


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
