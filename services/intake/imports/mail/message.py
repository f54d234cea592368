"""One message as a report, or the reason why it is none."""

import re
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, Final

import orjson
from pydantic import ValidationError

from services.intake.domain.acceptance import CLOCK_SKEW, OLDEST
from services.intake.domain.credentials import LASTING
from services.intake.domain.submission import MAX_TEXT, Contact, Submission, refused
from services.intake.domain.wording import cleaned, cleaned_line
from services.intake.imports.mail.enclosures import Enclosures, enclosures_of
from services.intake.imports.mail.html_text import bounded, text_of_html
from services.intake.imports.mail.letters import header_text, is_read_whole, text_of
from services.intake.imports.mail.quoting import written_now

MAX_MESSAGE_BYTES: Final = 25 * 1024 * 1024
_MAX_SUBJECT: Final = 300
# Put below what was cut off, so that who reads it knows.
_MORE: Final = "\n\n[Meddelandet är längre än så; resten står i e-posten.]"
# More parts than a person's mail program makes.
_MAX_PARTS: Final = 200
_MAX_HEADER_BYTES: Final = 256 * 1024
_BOUNDARY: Final = re.compile(rb"^--(?=[^\s>-])[^\r\n]{1,70}$", re.MULTILINE)
_INNER: Final = re.compile(rb"^content-type:[ \t]*(?:multipart|message)/", re.MULTILINE | re.IGNORECASE)
_FAULTS: Final = (
    MessageError, ValueError, LookupError, TypeError, AttributeError, OverflowError, AssertionError, RecursionError,
)  # fmt: skip
_PREFIX: Final = re.compile(r"^\s*(?:(?:sv|re|vb|fw|fwd|vs|aw)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_PASSED_ON: Final = re.compile(r"^\s*(?:vb|fw|fwd)\s*:", re.IGNORECASE)
_AUTOMATIC_SUBJECT: Final = re.compile(
    r"^\s*(?:autosvar|automatiskt svar|frånvaro(?:meddelande)?|automatic reply|auto(?:-|matic )?response|out of (?:the )?office|"
    r"undelivered|undeliverable|delivery (?:status|has failed)|mail delivery|olevererbart)\b",
    re.IGNORECASE,
)
_MACHINES: Final = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|noreply.*|bounces?(?:[+-].*)?)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class MailReport:
    """`enclosures`: what came with it. `is_shortened`: it was longer than what is taken. `is_undated`: it does not say in a
    way that can be true when it was sent, so it counts as written when it is taken in.
    """

    key: str
    body: dict[str, Any]
    enclosures: Enclosures
    is_shortened: bool = False

    @property
    def is_undated(self) -> bool:
        return "occurred_at" not in self.body


@dataclass(frozen=True, slots=True)
class Skipped:
    """`reason`: why it is no report; says nothing of what it holds."""

    reason: str


def read_message(content: bytes, *, own: AbstractSet[str], now: datetime) -> MailReport | Skipped:
    """`own`: addresses of the municipality itself, in lower case, whose mail is no report."""
    if len(content) > MAX_MESSAGE_BYTES:
        return Skipped(f"it is larger than {MAX_MESSAGE_BYTES // 2**20} MB")
    try:
        if reason := _unlike_mail(content):
            return Skipped(reason)
        message = message_from_bytes(content, policy=policy.default)
        sender = _sender(message)
        reason = _no_persons(message, sender.email, own)
        return Skipped(reason) if reason else _report(message, sender, now)
    except _FAULTS as error:
        return Skipped(f"it can't be read ({type(error).__name__})")


def _unlike_mail(content: bytes) -> str | None:
    """What would keep us busy for minutes, and is no person's: told before it is parsed."""
    ends = [at for mark in (b"\n\n", b"\r\n\r\n") if (at := content.find(mark)) >= 0]
    if min(ends, default=len(content)) > _MAX_HEADER_BYTES:
        return f"its headers are longer than {_MAX_HEADER_BYTES // 1024} KB"
    lines = Counter(_BOUNDARY.findall(content))
    if max(lines.values(), default=0) > _MAX_PARTS or len(_INNER.findall(content)) > _MAX_PARTS:
        return f"it has more than {_MAX_PARTS} parts"
    return None


@dataclass(frozen=True, slots=True)
class _Sender:
    name: str
    email: str


def _sender(message: EmailMessage) -> _Sender:
    addresses = getattr(message["From"], "addresses", ())
    if not addresses:
        return _Sender("", "")
    return _Sender(_plain(addresses[0].display_name), _plain(addresses[0].addr_spec))


def _plain(text: object) -> str:
    return str(text).encode("utf-8", "replace").decode()


def _no_persons(message: EmailMessage, address: str, own: AbstractSet[str]) -> str | None:
    """Why no person wrote it to report something."""
    user, subject = address.partition("@")[0], _said(message, "Subject")
    automatic = _said(message, "Auto-Submitted", "no").split(";")[0].strip() not in {"no", ""}
    reasons = {
        "it has no sender": not address,
        "it is our own": address.casefold() in own,
        "it is a mail server's message about another one": _is_bounce(message),
        "its sender is a machine": _MACHINES.match(user) is not None,
        "it is an automatic reply": automatic
        or any(name in message for name in ("X-Autoreply", "X-Autorespond"))
        or _AUTOMATIC_SUBJECT.match(subject) is not None,
        "it was sent to many": _said(message, "Precedence") in {"bulk", "junk", "list", "auto_reply"}
        or any(name in message for name in ("List-Id", "List-Unsubscribe")),
        "the mail server marked it as spam": _said(message, "X-Spam-Flag") == "yes",
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _is_bounce(message: EmailMessage) -> bool:
    return message.get_content_type() == "multipart/report" or _said(message, "Return-Path", "x") == "<>"


def _said(message: EmailMessage, name: str, default: str = "") -> str:
    return header_text(message, name, default).strip().casefold()


def _report(message: EmailMessage, sender: _Sender, now: datetime) -> MailReport | Skipped:
    subject = cleaned_line(header_text(message, "Subject")[: 4 * _MAX_SUBJECT]) or ""
    text = _text(message, passed_on=bool(_PASSED_ON.match(subject)))
    enclosed = enclosures_of(message)
    if text is None and not (subject and enclosed.photos):
        return Skipped("it holds no text")
    text = text or ""
    subject = _PREFIX.sub("", subject)[:_MAX_SUBJECT]
    whole = text if not subject or subject.casefold() in text.casefold() else f"{subject}\n\n{text}".strip()
    if not whole:
        return Skipped("it holds no text")
    is_shortened = whole.endswith(_MORE.strip())
    if len(whole) > MAX_TEXT:
        is_shortened = True
        whole = whole[: MAX_TEXT - len(_MORE)].rstrip() + _MORE
    body: dict[str, Any] = {"text": whole, "contact": _contact(sender), "occurred_at": _sent_at(message, now)}
    body = {name: value for name, value in body.items() if value}
    try:
        Submission.model_validate_json(orjson.dumps(body))
    except ValidationError as error:
        return Skipped(f"it does not fit ({refused(error)})")
    return MailReport(_key(message, body), body, enclosed, is_shortened)


def _text(message: EmailMessage, *, passed_on: bool) -> str | None:
    """None when there is no part with words. What somebody passes on is what they want to say."""
    part = message.get_body(("plain",))
    text = "" if part is None else cleaned(text_of(part))
    if not text:
        page = message.get_body(("html",))
        if page is None:
            enclosed = _enclosed(message)
            return None if part is None and not enclosed else enclosed
        html, is_whole = bounded(text_of(page))
        text = cleaned(text_of_html(html, quotes=passed_on) or text_of_html(html, quotes=True))
        if text and not (is_whole and is_read_whole(page)):
            return (text if passed_on else written_now(text)) + _MORE
    return text if passed_on else written_now(text)


def _enclosed(message: EmailMessage) -> str:
    """Of a message that is passed on as it is, with no word beside it."""
    for part in message.iter_attachments() if message.is_multipart() else ():
        inner = part.get_payload(0) if part.get_content_type() == "message/rfc822" else None
        if isinstance(inner, EmailMessage):
            return _text(inner, passed_on=True) or ""
    return ""


def _contact(sender: _Sender) -> dict[str, str] | None:
    """None when the address is none that could be written to."""
    contact = {"email": sender.email}
    if sender.name and "@" not in sender.name:
        contact["name"] = sender.name[:200]
    try:
        Contact.model_validate(contact)
    except ValidationError:
        return None
    return contact


def _sent_at(message: EmailMessage, now: datetime) -> str | None:
    """When it was sent: the nearest there is to when it happened. None when its clock is wrong."""
    try:
        at = parsedate_to_datetime(str(message["Date"]))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return at.astimezone(UTC).isoformat() if now - OLDEST < at <= now + CLOCK_SKEW else None


def _key(message: EmailMessage, body: dict[str, Any]) -> str:
    told = header_text(message, "Message-ID").strip()
    identity = {"message": told} if told else body
    return LASTING + sha256(orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)).hexdigest()
