"""One answer, in both of the specification's forms: XML, and the JSON that is made of it by the Spark convention."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import orjson

# What each list is made of. By the Spark convention JSON leaves out this level.
_ITEMS: Final = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Several:
    """What the specification has one of and some clients read more of. In XML its element stands once for each; in JSON its name
    has the first, and with an `s` all, when there are more.
    """

    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Document:
    """`value`: a list or an object of texts, numbers, booleans, None, `Several`, and further lists and objects."""

    root: str
    value: Any

    @property
    def xml(self) -> bytes:
        return b'<?xml version="1.0" encoding="utf-8"?>\n' + _element(self.root, self.value).encode()

    @property
    def json(self) -> bytes:
        return orjson.dumps(_plain(self.value))


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            plain: dict[str, Any] = {}
            for name, each in value.items():
                plain |= (
                    _first_and_all(name, each.values) if isinstance(each, Several) else {name: _plain(each)}
                )
            return plain
        case list() | tuple():
            return [_plain(each) for each in value]
    return value


def _first_and_all(name: str, values: Sequence[str]) -> dict[str, Any]:
    first = {name: values[0] if values else None}
    return {**first, f"{name}s": list(values)} if len(values) > 1 else first


def _element(name: str, value: Any) -> str:
    if isinstance(value, Several):
        return "".join(_element(name, each) for each in value.values or [""])
    inner = _inner(name, value)
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"


def _inner(name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return escape(_NOT_IN_XML.sub("", value), quote=False)
        case Mapping():
            return "".join(_element(key, each) for key, each in value.items())
        case Sequence():
            return "".join(_element(_ITEMS[name], each) for each in value)
    return str(value)
