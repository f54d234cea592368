"""Why a submission is refused: which field, a code that a page can put in words, and a sentence for a developer."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """`field` is empty when the fault lies in the whole."""

    field: str
    code: str
    detail: str


class Refused(Exception):  # noqa: N818 - it is a decision, not a fault
    """`readable` is False when the bytes were not JSON at all."""

    def __init__(self, errors: Sequence[FieldError], *, readable: bool = True) -> None:
        super().__init__("; ".join(f"{error.field or 'body'}: {error.detail}" for error in errors[:3]))
        self.errors, self.readable = tuple(errors), readable
