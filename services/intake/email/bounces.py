"""A mail server's word that a message of ours came back (RFC 3464), known by the Message-ID it had. No address is read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from typing import Any, Final
from uuid import UUID

_STATUS: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_OURS: Final = re.compile(r"\s*<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^>\s]+>\s*", re.IGNORECASE)
# A full mailbox, what was in the message, our own address, and what a server does not allow: another message may well arrive.
_SAYS_NOTHING_OF_THE_ADDRESS: Final = ("5.1.7", "5.1.8", "5.2.2", "5.2.3", "5.3.", "5.6.", "5.7.")
# What the library raises for messages that are none.
_FAULTS: Final = (MessageError, ValueError, LookupError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Bounce:
    """`status` by RFC 3463, such as `5.1.1`."""

    message_id: UUID
    status: str

    @property
    def is_of_address(self) -> bool:
        """Whether nothing else will reach it either."""
        return not self.status.startswith(_SAYS_NOTHING_OF_THE_ADDRESS)


@dataclass(frozen=True, slots=True)
class NoBounce:
    """`reason` quotes nothing of the message."""

    reason: str


def read_bounce(content: bytes) -> Bounce | NoBounce:
    try:
        parts = list(message_from_bytes(content, policy=policy.default).walk())
        statuses = [status for part in parts for status in _failures(part)]
        ids = [found for part in parts if (found := _our_id(part)) is not None]
    except _FAULTS as error:
        return NoBounce(f"it can't be read ({type(error).__name__})")
    if not statuses:
        return NoBounce("it says of no message that it failed for good")
    if not ids:
        return NoBounce("it does not name a message of ours")
    return Bounce(ids[0], statuses[0])


def _failures(part: Message) -> Iterator[str]:
    """Statuses of those recipients it will never reach. One that is late is tried on by its server."""
    if part.get_content_type() != "message/delivery-status":
        return
    for recipient in _blocks(part):
        status = _STATUS.match(str(recipient.get("Status", "")))
        is_failed = str(recipient.get("Action", "")).strip().casefold() == "failed"
        if is_failed and status is not None and status[1].startswith("5"):
            yield status[1]


def _blocks(part: Message) -> list[Any]:
    payload: Any = part.get_payload()
    return payload if isinstance(payload, list) else []


def _our_id(part: Message) -> UUID | None:
    """Of the message that came back: it is sent along, whole or its head alone."""
    match part.get_content_type():
        case "message/rfc822" if blocks := _blocks(part):
            returned = blocks[0]
        case "text/rfc822-headers" if isinstance(part, EmailMessage):
            returned = message_from_string(part.get_content(), policy=policy.default)
        case _:
            return None
    known = _OURS.fullmatch(str(returned.get("Message-ID", "")))
    return None if known is None else UUID(known[1])
