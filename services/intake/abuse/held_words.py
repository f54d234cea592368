"""What a held report says, read from the event that waits. Pure."""

from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from shared.events import Point


@dataclass(frozen=True, slots=True)
class HeldWords:
    """As other services would read them; all None once it has gone on, or if it can't be read."""

    text: str | None = None
    place_text: str | None = None
    point: Point | None = None
    category: str | None = None
    is_unreadable: bool = False


class _Waiting(BaseModel):
    text: str | None = None
    place_text: str | None = None
    point: Point | None = None
    category_hint: str | None = None


def held_words(body: bytes | None) -> HeldWords:
    """`body` None: it has gone on. One damaged report must not hide the others from who reviews them."""
    if body is None:
        return HeldWords()
    try:
        told = _Waiting.model_validate_json(body)
    except ValidationError:
        return HeldWords(is_unreadable=True)
    return HeldWords(told.text, told.place_text, told.point, told.category_hint)
