"""The citizen's form: the same rules as the API's, told in the form's own fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self
from urllib.parse import parse_qsl

from pydantic import ValidationError

from services.intake.domain.acceptance import CLOCK_SKEW
from services.intake.domain.emergency import Danger, Number, number_to_ring
from services.intake.domain.questions import answered, given_in, rings_among
from services.intake.domain.refusal import FieldError, Refused
from services.intake.domain.submission import LOCAL_ZONE, Submission, refused
from services.intake.email.recipient import recipient
from shared.categories import CategoryCode

FIELDS: Final = (
    "danger", "text", "place_text", "lat", "lon", "accuracy_m", "category", "when", "occurred_at", "occurred_until",
    "name", "email", "phone", "news", "token", "step", "asked", "same_as", "seen", "kept_at",
)  # fmt: skip
CONFIRMED: Final = "confirmed"
"""The step of a form whose questions and similar reports have been shown."""
_NOT_SAID: Final = frozenset({"token", "step", "asked", "seen", "kept_at"})
_MOST_FIELDS: Final = len(FIELDS) + 24
_LONGEST_SPAN: Final = timedelta(days=366)
_LONGEST_KEPT: Final = timedelta(days=60)
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
    """What was typed, as it was typed, so that it can be shown again. Every field is there; "" is nothing.

    `given`: the answers to further questions, by the question's code, as they were sent.
    """

    values: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> Self:
        return cls(dict.fromkeys(FIELDS, ""))

    @classmethod
    def read(cls, body: bytes) -> Self:
        """From `application/x-www-form-urlencoded`. Raises `Refused` when it is not that, in UTF-8."""
        sent = read_fields(body)
        return cls({name: sent.get(name, "") for name in FIELDS}, given_in(sent))

    @property
    def is_confirmed(self) -> bool:
        return self.values["step"] == CONFIRMED

    @property
    def category(self) -> CategoryCode | None:
        return chosen_category(self.values)

    @property
    def danger(self) -> Danger | None:
        try:
            return Danger(self.values["danger"])
        except ValueError:
            return None

    @property
    def point(self) -> tuple[float, float] | None:
        lat, lon = _number(self.values["lat"]), _number(self.values["lon"])
        return (lat, lon) if isinstance(lat, float) and isinstance(lon, float) else None

    @property
    def answers(self) -> dict[str, str]:
        return answered(self.category, self.given)

    @property
    def number(self) -> Number | None:
        """Whom to ring first: by the words, by whether somebody is in danger, or by an answer about what goes on now."""
        is_now = not self._is_earlier and self.danger is not Danger.NO
        if is_now and rings_among(self.category, self.answers):
            return Number.EMERGENCY
        return number_to_ring(self.values["text"], self.danger)

    @property
    def was_asked(self) -> bool:
        """Whether the page has shown the questions of the category that is chosen now."""
        return self.values["asked"] == self.values["category"]

    @property
    def said(self) -> list[tuple[str, str]]:
        """All that a person told, by which the same form is known again."""
        return said_in(self.values, self.given)

    def as_kept(self, now: datetime) -> Self:
        """A form that waited for a connection says when it was written, and its "now" is then. A clock that is off is not believed."""
        try:
            written = datetime.fromisoformat(self.values["kept_at"][:40])
        except ValueError:
            return self
        if self._is_earlier or written.tzinfo is None or not now - _LONGEST_KEPT < written < now:
            return self
        return replace(self, values={**self.values, "when": "earlier", "occurred_at": written.isoformat()})

    def submission(self, language: str) -> Submission:
        """Raises `Refused` with all faults at once, each at a field that a person sees."""
        errors: list[FieldError] = []
        if not self.values["text"].strip():
            errors.append(FieldError("text", "missing", "must say something"))
        if self._is_earlier and not self.values["occurred_at"]:
            errors.append(FieldError("occurred_at", "missing", "a time is needed"))
        if self.values["news"] and recipient(self.values["email"]) is None:
            code = "unreadable" if self.values["email"].strip() else "missing"
            errors.append(FieldError("email", code, "an address is needed to send news to"))
        try:
            submission = Submission.model_validate(self._as_submitted(language))
        except ValidationError as error:
            known = {each.field for each in errors}
            errors += [each for each in _shown(refused(error)) if each.field not in known]
        if errors:
            raise Refused(errors)
        return submission

    def until(self, began: datetime, now: datetime) -> datetime | None:
        """When it ended, if that was said. Raises `Refused`."""
        typed = self.values["occurred_until"] if self._is_earlier else ""
        if not typed:
            return None
        try:
            until = datetime.fromisoformat(typed[:40])
        except ValueError:
            raise _wrong_end("unreadable") from None
        until = until if until.tzinfo else until.replace(tzinfo=LOCAL_ZONE)
        if until > now + CLOCK_SKEW:
            raise _wrong_end("future")
        if until < began:
            raise _wrong_end("before")
        if until - began > _LONGEST_SPAN:
            raise _wrong_end("too_long")
        return until

    @property
    def _is_earlier(self) -> bool:
        return self.values["when"] == "earlier"

    def _as_submitted(self, language: str) -> dict[str, object]:
        values = self.values
        contact = {name: values[name] or None for name in ("name", "email", "phone")}
        earlier = values["occurred_at"] if self._is_earlier else ""
        return {
            "text": values["text"],
            "place_text": values["place_text"],
            **{name: _number(values[name]) for name in ("lat", "lon", "accuracy_m")},
            "occurred_at": earlier or None,
            "category": self.category or values["category"] or None,
            "contact": contact if any(contact.values()) else None,
            "language": language,
        }


def said_in(values: Mapping[str, str], given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Without the token, and without the steps that the form went through."""
    told = [(name, value) for name, value in values.items() if name not in _NOT_SAID]
    return sorted(told) + sorted(given.items())


def chosen_category(values: Mapping[str, str]) -> CategoryCode | None:
    """None when none was chosen, or none that there is."""
    try:
        return CategoryCode(values["category"])
    except ValueError:
        return None


def read_fields(body: bytes) -> dict[str, str]:
    """Raises `Refused`. Of a field that is sent twice the last one counts."""
    try:
        return dict(
            parse_qsl(
                body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
            )
        )
    except ValueError:
        raise Refused(
            [FieldError("", "unreadable", "the body is not a form in UTF-8")], readable=False
        ) from None


def _wrong_end(code: str) -> Refused:
    return Refused([FieldError("occurred_until", code, "must lie between when it began and now")])


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
        name = _SHOWN_AT.get(error.field, error.field) or "place_text"
        code = "unreadable" if error.code == "half_point" else error.code
        shown.setdefault(name, FieldError(name, code, error.detail))
    return list(shown.values())
