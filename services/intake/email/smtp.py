"""One connection to the mail server, and what its answers ask for. Addresses stay out of what is told of a fault."""

import asyncio
import re
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, TypeAlias

import aiosmtplib

from services.intake.email.letters import as_sent
from services.intake.email.settings import EmailSettings

# What a server says of a fault may quote the address; its number does not (RFC 3463).
_ENHANCED: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Sent:
    pass


@dataclass(frozen=True, slots=True)
class Later:
    """The server takes this message not now."""

    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """The server will never take it. `is_address`: it is the address that it refuses, so nothing else will reach it either."""

    reason: str
    is_address: bool


@dataclass(frozen=True, slots=True)
class Away:
    """The server takes no message at all, or none from us: a fault that is not the message's."""

    reason: str


Outcome: TypeAlias = Sent | Later | Never | Away


class MailServer:
    def __init__(self, settings: EmailSettings, greeting: str) -> None:
        """`greeting`: how we are called when we say hello."""
        self._settings, self._greeting = settings, greeting
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, recipient: str, letter: EmailMessage) -> Outcome:
        """Keeps the connection for the next one; whoever has no more to send calls `close`."""
        is_ascii = recipient.isascii()
        try:
            async with asyncio.timeout(longest_s(self._settings)):
                client = await self._connected()
                options = [] if is_ascii else ["SMTPUTF8"]
                words = as_sent(letter, utf8=not is_ascii)
                await client.sendmail(self._settings.sender, [recipient], words, mail_options=options)
        except aiosmtplib.SMTPNotSupported:
            return Never("no SMTPUTF8", is_address=True)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError, TimeoutError) as error:
            outcome = outcome_of(error)
            if isinstance(outcome, Away):
                self._drop()
            return outcome
        return Sent()

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            try:
                await client.quit()
            except (aiosmtplib.SMTPException, OSError, TimeoutError):
                client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None or not self._client.is_connected:
            self._drop()
            settings = self._settings
            client = aiosmtplib.SMTP(
                hostname=settings.host,
                port=settings.port,
                username=settings.username or None,
                password=settings.password.get_secret_value() or None,
                local_hostname=self._greeting,
                timeout=settings.timeout_s,
                use_tls=settings.security == "tls",
                start_tls=settings.security == "starttls",
                tls_context=None
                if settings.security == "none"
                else ssl.create_default_context(cafile=settings.ssl_cafile),
            )
            self._client = client
            await client.connect()
        return self._client

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


def longest_s(settings: EmailSettings) -> float:
    """A try takes no longer than that, whatever the server does; `timeout_s` is for each of its answers."""
    return 4 * settings.timeout_s


def outcome_of(error: Exception) -> Outcome:
    """What an error asks for. A server that hangs up (421), our sign-in and our own address are no fault of the message."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _refused(error.recipients[0], is_address=not _is_of_policy(error.recipients[0]))
    if isinstance(error, aiosmtplib.SMTPDataError) and error.code != 421:
        return _refused(error, is_address=False)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return Away(f"{type(error).__name__} {_numbers(error)}")
    return Away(type(error).__name__)


def _is_of_policy(error: aiosmtplib.SMTPResponseException) -> bool:
    """Such as "relaying denied": it says nothing of the address."""
    enhanced = _ENHANCED.match(str(error.message))
    return enhanced is not None and enhanced[1].startswith("5.7.")


def _refused(error: aiosmtplib.SMTPResponseException, *, is_address: bool) -> Outcome:
    if error.code == 421:
        return Away(_numbers(error))
    return Never(_numbers(error), is_address) if error.code >= 500 else Later(_numbers(error))


def _numbers(error: aiosmtplib.SMTPResponseException) -> str:
    """`550 5.1.1`."""
    enhanced = _ENHANCED.match(str(error.message))
    return f"{error.code} {enhanced[1]}" if enhanced else str(error.code)
