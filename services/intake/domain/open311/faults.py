"""What is wrong with a request, as the specification tells it: a list of codes and sentences under one HTTP status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.intake.domain.open311.document import Document

BAD: Final = 400
FORBIDDEN: Final = 403
UNKNOWN: Final = 404


@dataclass(frozen=True, slots=True)
class Fault:
    """`description` is shown to a person and never repeats what was sent."""

    description: str
    code: int = BAD


class Faults(Exception):  # noqa: N818 - a decision about the request
    """All that is wrong at once. The status is 404 when something named is not there, else the first fault's."""

    def __init__(
        self, faults: Sequence[Fault], *, status: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__("; ".join(fault.description for fault in faults[:3]))
        codes = [fault.code for fault in faults]
        self.faults = tuple(faults)
        self.status = status or (UNKNOWN if UNKNOWN in codes else codes[0])
        self.headers = dict(headers or {})

    @property
    def document(self) -> Document:
        return Document(
            "errors", [{"code": fault.code, "description": fault.description} for fault in self.faults]
        )


def unknown(what: str) -> Faults:
    return Faults([Fault(f"{what} was not found.", UNKNOWN)])


def forbidden(why: str) -> Faults:
    return Faults([Fault(why, FORBIDDEN)])


def bad(why: str) -> Faults:
    return Faults([Fault(why)])
