"""The messages themselves: plain text with simple HTML beside it, in the reader's language, nothing loaded from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.intake.domain.submission import LOCAL_ZONE
from services.intake.texts import municipality_title, texts

# No header is folded inside an address of ours: the library would encode it, and nobody could follow the link.
_POLICY: Final = SMTP.clone(max_line_length=900)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every message has. `follow_url` leads to the page, `stop_url` works without signing in."""

    message_id: UUID
    language: str
    municipality: str
    sender: str
    sender_name: str
    recipient: str = field(repr=False)
    follow_url: str = field(repr=False)
    stop_url: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """`status`: the code of its words, as `Step.told_as` has it."""

    status: str
    at: datetime


def code_letter(envelope: Envelope, code: str, ends_at: datetime) -> EmailMessage:
    """Nothing of the report, not even its tracking code: nobody knows yet whose mailbox it is."""
    clock = ends_at.astimezone(LOCAL_ZONE).strftime("%H:%M")
    return _letter(envelope, "code", _words(envelope)["code"]["subject"], code=code, clock=clock)


def news_letter(envelope: Envelope, told: Sequence[Told], *, is_asked: bool) -> EmailMessage:
    """`is_asked`: staff put a question; what it says is on the page alone, as are notes."""
    wording = texts(envelope.language)["status"]
    steps = [
        {
            "moment": each.at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M"),
            "name": wording[each.status]["name"],
            "means": wording[each.status]["means"],
        }
        for each in sorted(told, key=lambda each: each.at)
    ]
    subjects = _words(envelope)["news"]
    subject = subjects["subject_question" if is_asked else "subject"]
    return _letter(envelope, "news", subject, steps=steps, is_asked=is_asked)


def _letter(envelope: Envelope, template: str, subject: str, **values: Any) -> EmailMessage:
    place = municipality_title(envelope.language, envelope.municipality)
    shared = {
        "e": _words(envelope),
        "lang": envelope.language,
        "place": place,
        "subject": subject,
        "follow_url": envelope.follow_url,
        "stop_url": envelope.stop_url,
    }
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = Address(envelope.sender_name or place, addr_spec=envelope.sender)
    mailbox, _, domain = envelope.recipient.rpartition("@")
    letter["To"] = Address(username=mailbox, domain=domain)  # as two: a name with å is refused as one
    letter["Subject"] = subject
    letter["Date"] = format_datetime(envelope.at)
    letter["Message-ID"] = f"<{envelope.message_id}@{envelope.sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["List-Unsubscribe"] = f"<{envelope.stop_url}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    drawn = {kind: _template(f"{template}.{kind}").render(**shared, **values) for kind in ("txt", "html")}
    letter.set_content(drawn["txt"], cte="quoted-printable")
    letter.add_alternative(drawn["html"], subtype="html", cte="quoted-printable")
    return letter


def as_sent(letter: EmailMessage, *, utf8: bool) -> bytes:
    """`utf8`: where an address has letters outside ASCII."""
    return letter.as_bytes(policy=_POLICY.clone(utf8=utf8))


def _words(envelope: Envelope) -> Any:
    return texts(envelope.language)["email"]["letter"]


def _template(name: str) -> Any:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "letters"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
