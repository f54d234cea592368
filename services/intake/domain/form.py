"""The citizen's form: the same rules as the API's, told in the form's own fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qsl

from pydantic import ValidationError

from services.intake.domain.refusal import FieldError, Refused
from services.intake.domain.submission import Submission, refused

FIELDS: Final = (
    "text", "place_text", "lat", "lon", "accuracy_m", "when", "occurred_at", "name", "email", "phone", "token",
)  # fmt: skip
_SHOWN_AT: Final = {
    "lat": "place_text",
    "lon": "place_text",
    "accuracy_m": "place_text",
    "contact/name": "name",
    "contact/email": "email",
    "contact/phone": "phone",
}


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What was typed, as it was typed, so that it can be shown again. Every field is there; "" is nothing."""

    values: Mapping[str, str]

    @classmethod
    def empty(cls) -> Self:
        return cls(dict.fromkeys(FIELDS, ""))

    @classmethod
    def read(cls, body: bytes) -> Self:
        """From `application/x-www-form-urlencoded`. Raises `Refused` when it is not that, in UTF-8."""
        try:
            sent = dict(
                parse_qsl(
                    body.decode("ascii"),
                    keep_blank_values=True,
                    max_num_fields=len(FIELDS) + 8,
                    errors="strict",
                )
            )
        except ValueError:
            raise Refused(
                [FieldError("", "unreadable", "the body is not a form in UTF-8")], readable=False
            ) from None
        return cls({field: sent.get(field, "") for field in FIELDS})

    def submission(self, language: str) -> Submission:
        """Raises `Refused` with all faults at once, each at a field that a person sees."""
        values = self.values
        errors: list[FieldError] = []
        if not values["text"].strip():
            errors.append(FieldError("text", "missing", "must say something"))
        if values["when"] == "earlier" and not values["occurred_at"]:
            errors.append(FieldError("occurred_at", "missing", "a time is needed"))
        try:
            submission = Submission.model_validate(self._as_submitted(language))
        except ValidationError as error:
            known = {each.field for each in errors}
            errors += [each for each in _shown(refused(error)) if each.field not in known]
        if errors:
            raise Refused(errors)
        return submission

    def _as_submitted(self, language: str) -> dict[str, object]:
        values = self.values
        contact = {field: values[field] or None for field in ("name", "email", "phone")}
        earlier = values["occurred_at"] if values["when"] == "earlier" else ""
        return {
            "text": values["text"],
            "place_text": values["place_text"],
            **{field: _number(values[field]) for field in ("lat", "lon", "accuracy_m")},
            "occurred_at": earlier or None,
            "contact": contact if any(contact.values()) else None,
            "language": language,
        }


def _number(typed: str) -> float | str | None:
    """A number the script put there; anything else goes on to be refused."""
    try:
        return float(typed) if typed else None
    except ValueError:
        return typed


def _shown(found: Refused) -> list[FieldError]:
    """One fault for each field that a person sees."""
    shown: dict[str, FieldError] = {}
    for error in found.errors:
        field = _SHOWN_AT.get(error.field, error.field) or "place_text"
        code = "unreadable" if error.code == "half_point" else error.code
        shown.setdefault(field, FieldError(field, code, error.detail))
    return list(shown.values())
