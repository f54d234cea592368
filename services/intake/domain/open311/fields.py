"""Fields that a request and an update have in common. A fault is noted, and reading goes on to find the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from services.intake.domain.open311.faults import BAD, Fault
from services.intake.domain.open311.parameters import Parameters, UnreadableError, read_number, read_time
from services.intake.domain.refusal import FieldError
from services.intake.domain.submission import Submission, refused

_LONGEST_URL: Final = 2000
_MOST_URLS: Final = 10
# Our fields as the specification calls them.
_TOLD_AS: Final = {
    "text": "description",
    "place_text": "address_string",
    "lon": "long",
    "occurred_at": "The time",
    "contact/name": "first_name and last_name",
    "contact/email": "email",
    "contact/phone": "phone",
    "": "lat and long",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was sent, and the faults found in it so far."""

    parameters: Parameters
    faults: list[Fault] = field(default_factory=list)

    def note(self, description: str, code: int = BAD) -> None:
        self.faults.append(Fault(description, code))

    def limited(self, name: str, longest: int) -> str | None:
        value = self.parameters.first(name)
        if value is None or len(value) <= longest:
            return value
        self.note(f"{name} must have at most {longest} characters.")
        return None

    def number(self, name: str) -> float | None:
        value = self.parameters.first(name)
        try:
            return None if value is None else read_number(value, name)
        except UnreadableError as error:
            self.note(str(error))
            return None

    def time(self, value: str | None, name: str) -> str | None:
        try:
            return None if value is None else read_time(value, name).isoformat()
        except UnreadableError as error:
            self.note(str(error))
            return None

    def media_urls(self) -> tuple[str, ...]:
        """Addresses are kept and given back, never asked: somebody else chose them."""
        urls = [*self.parameters.all("media_url"), *self.parameters.all("media_url[]")]
        if len(urls) > _MOST_URLS or any(not _is_address(url) for url in urls):
            self.note(
                f"media_url must be an http or https address of at most {_LONGEST_URL} characters, and there may be "
                f"{_MOST_URLS} of them."
            )
        return tuple(urls)

    def contact(self) -> dict[str, str | None] | None:
        parts = [self.parameters.first("first_name"), self.parameters.first("last_name")]
        contact = {
            "name": " ".join(part for part in parts if part and part != "-") or None,
            "email": self.parameters.first("email"),
            "phone": self.parameters.first("phone"),
        }
        return contact if any(contact.values()) else None

    def submission(self, values: Mapping[str, Any]) -> Submission | None:
        try:
            return Submission.model_validate(dict(values))
        except ValidationError as error:
            for each in refused(error).errors:
                self.note(told_as(each))
            return None


def told_as(error: FieldError) -> str:
    """A fault found by the rules that every report obeys, in the specification's names."""
    return f"{_TOLD_AS.get(error.field, error.field)}: {error.detail}."


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return len(url) <= _LONGEST_URL and parts.scheme in {"http", "https"} and bool(parts.netloc)
