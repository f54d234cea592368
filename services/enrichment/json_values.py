"""Our own values as JSON and back, fast: what comes back was written here, so it is put together and not checked again.

A maker uses up what it is given. Fields that are not known are left out; absent ones get their defaults.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel

T = TypeVar("T")
Maker = Callable[[Any], Any]

_OPTIONS: Final = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z


def _as_it_is(value: Any) -> Any:
    return value


_READ_BY: Final[Mapping[Any, Maker]] = {
    **dict.fromkeys((str, int, float, bool, Any), _as_it_is),
    datetime: datetime.fromisoformat,
    AwareDatetime: datetime.fromisoformat,
    UUID: UUID,
}


def dumped(value: object) -> bytes:
    """Dataclasses and the events' models as objects, times in UTC with a Z."""
    return orjson.dumps(value, default=_fields_of, option=_OPTIONS)


def _fields_of(value: object) -> dict[str, Any] | str:
    if isinstance(value, BaseModel):
        return value.__dict__
    if isinstance(value, UUID):  # a database driver's own kind
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def maker_of(wanted: type[T]) -> Callable[[Any], T]:
    """What makes a value of this type of what `orjson.loads` gives."""
    return _maker(wanted)


def _maker(wanted: Any) -> Maker:
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is not None:
        return _made_of(origin, inner)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return {each.value: each for each in wanted}.__getitem__
    if wanted in _READ_BY:
        return _READ_BY[wanted]
    if is_dataclass(wanted):
        return _dataclass(wanted)
    if isinstance(wanted, type) and issubclass(wanted, BaseModel):
        return _model(wanted)
    raise TypeError(f"no way is known to make {wanted} of JSON")


def _made_of(origin: Any, inner: tuple[Any, ...]) -> Maker:
    if origin is Literal:
        return _as_it_is
    if origin in {Union, UnionType}:
        (one,) = (each for each in inner if each is not NoneType)
        make = _maker(one)
        return make if make is _as_it_is else lambda value: None if value is None else make(value)
    if origin is tuple:
        make = _maker(inner[0])
        return tuple if make is _as_it_is else lambda values: tuple([make(value) for value in values])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, make = _maker(inner[0]), _maker(inner[1])
        return lambda values: {key(name): make(value) for name, value in values.items()}
    return _maker(inner[0])  # Annotated


def _dataclass(wanted: Any) -> Maker:
    hints = get_type_hints(wanted)
    known = {each.name for each in fields(wanted) if each.init}
    changed = _changed({name: hints[name] for name in known})

    def make(found: dict[str, Any]) -> Any:
        values = found if found.keys() <= known else {name: found[name] for name in found.keys() & known}
        for name, making in changed:
            if name in values:
                values[name] = making(values[name])
        return wanted(**values)

    return make


def _model(wanted: type[BaseModel]) -> Maker:
    known = set(wanted.model_fields)
    defaults = {
        name: field.get_default() for name, field in wanted.model_fields.items() if not field.is_required()
    }
    changed = _changed({name: field.annotation for name, field in wanted.model_fields.items()})
    put = object.__setattr__

    def make(found: dict[str, Any]) -> BaseModel:
        values = found
        if found.keys() != known:
            values = defaults | {name: found[name] for name in found.keys() & known}
        for name, making in changed:
            values[name] = making(values[name])
        made = wanted.__new__(wanted)
        put(made, "__dict__", values)
        put(made, "__pydantic_fields_set__", known)
        put(made, "__pydantic_extra__", None)
        put(made, "__pydantic_private__", None)
        return made

    return make


def _changed(hints: Mapping[str, Any]) -> list[tuple[str, Maker]]:
    """Of fields, those whose JSON is not the value itself."""
    makers = {name: _maker(hint) for name, hint in hints.items()}
    return [(name, make) for name, make in makers.items() if make is not _as_it_is]
