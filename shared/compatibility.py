"""Which changes to a published JSON Schema break those who already read or write it."""

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]


def incompatibilities(published: Schema, proposed: Schema) -> list[str]:
    """Each reason why events valid under `published` would be misread under `proposed`; empty when there is none.

    A field may be added when it is optional, and an enumeration may grow: readers take an unknown value for what it
    is, unknown. Fields, types and values may not disappear or change.
    """
    return list(_compare(_Side(published, published), _Side(proposed, proposed), "$"))


class _Side:
    """One schema with the document that its `$ref`s point into."""

    def __init__(self, schema: Schema, document: Schema) -> None:
        reference = schema.get("$ref")
        self.document = document
        self.schema: Schema = document["$defs"][reference.rsplit("/", 1)[1]] if reference else schema

    def at(self, schema: Schema) -> "_Side":
        return _Side(schema, self.document)


def _compare(old: _Side, new: _Side, where: str) -> Iterator[str]:
    yield from _compare_alternatives(old, new, where)
    if old.schema.get("type") != new.schema.get("type"):
        yield f"{where}: type was {old.schema.get('type')}, is {new.schema.get('type')}"
        return
    for value in old.schema.get("enum", ()):
        if value not in new.schema.get("enum", (value,)):
            yield f"{where}: value {value!r} has disappeared"
    for limit, tighter in _LIMITS.items():
        before, after = old.schema.get(limit), new.schema.get(limit)
        if after is not None and (before is None or tighter(after, before)):
            yield f"{where}: {limit} was {before}, is {after}"
    yield from _compare_fields(old, new, where)
    for keyword in ("items", "additionalProperties"):
        if isinstance(old.schema.get(keyword), Mapping) and isinstance(new.schema.get(keyword), Mapping):
            yield from _compare(old.at(old.schema[keyword]), new.at(new.schema[keyword]), f"{where}[]")


# Keyword → when its new value leaves out something that the old one let through.
_LIMITS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "maxLength": operator.lt,
    "maximum": operator.lt,
    "minLength": operator.gt,
    "minimum": operator.gt,
    "pattern": operator.ne,
    "format": operator.ne,
}


def _compare_fields(old: _Side, new: _Side, where: str) -> Iterator[str]:
    before, after = old.schema.get("properties", {}), new.schema.get("properties", {})
    for name in before.keys() - after.keys():
        yield f"{where}.{name}: the field has disappeared"
    for name in set(new.schema.get("required", ())) - set(old.schema.get("required", ())):
        yield f"{where}.{name}: the field has become required"
    for name in before.keys() & after.keys():
        yield from _compare(old.at(before[name]), new.at(after[name]), f"{where}.{name}")


def _compare_alternatives(old: _Side, new: _Side, where: str) -> Iterator[str]:
    before = [old.at(each) for each in old.schema.get("anyOf", ())]
    after = [new.at(each) for each in new.schema.get("anyOf", ())]
    for alternative in before:
        if not any(not list(_compare(alternative, candidate, where)) for candidate in after or [new]):
            yield f"{where}: {dict(alternative.schema)} is no longer accepted"
