"""A mail server in a process of its own, over a real socket, that does as its folder says: `python -m tests.support.mail_server`.

It keeps what it takes as files, and reads before each answer what it is to say (`rules.json`: {"rcpt": "550 5.1.1 …", …}).
"""

import argparse
import asyncio
import email
import json
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult

from deploy.local.preflight import free_port

USER, PASSWORD = "vardkase", "a password of its own"


@dataclass
class MailBoxes:
    """What a client of the tests sees of the server."""

    folder: Path
    port: int = field(default_factory=free_port)
    tls: tuple[Path, Path] | None = None
    is_smtps: bool = False
    _running: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self._running = subprocess.Popen(
            [sys.executable, "-m", "tests.support.mail_server", str(self.folder), str(self.port)]
            + ([*map(str, self.tls)] if self.tls else [])
            + (["--smtps"] if self.is_smtps else []),
            cwd=Path(__file__).parents[2],
        )
        until = time.monotonic() + 20
        while not (self.folder / "ready").exists():
            assert time.monotonic() < until, "the mail server did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        if self._running is not None:
            self._running.terminate()
            self._running.wait(timeout=10)
            (self.folder / "ready").unlink(missing_ok=True)
        self._running = None

    def answer(self, **rules: str) -> None:
        """`rcpt`, `mail`, `data`: what to say instead of yes. None given: yes to all."""
        draft = self.folder / "rules.draft"
        draft.write_text(json.dumps(rules))
        draft.replace(self.folder / "rules.json")

    @property
    def letters(self) -> list[EmailMessage]:
        """In the order they came."""
        found = sorted(self.folder.glob("*.eml"))
        return [
            cast("EmailMessage", email.message_from_bytes(file.read_bytes(), policy=default))
            for file in found
        ]

    @property
    def raw(self) -> list[bytes]:
        return [file.read_bytes() for file in sorted(self.folder.glob("*.eml"))]

    async def arrived(self, number: int, within_s: float = 30) -> list[EmailMessage]:
        """Waits until as many are there."""
        async with asyncio.timeout(within_s):
            while len(self.letters) < number:
                await asyncio.sleep(0.02)
        return self.letters


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(letter: EmailMessage) -> str:
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def code_in(letter: EmailMessage) -> str:
    found = re.search(r"\b(\d{6})\b", text_of(letter))
    assert found is not None, text_of(letter)
    return found[1]


@contextmanager
def mail_server(folder: Path, **options: Any) -> Iterator[MailBoxes]:
    boxes = MailBoxes(folder, **options)
    boxes.start()
    try:
        yield boxes
    finally:
        boxes.stop()


class _Keeper:
    def __init__(self, folder: Path, *, is_smtps: bool) -> None:
        self._from_the_first_byte = "tls" if is_smtps else "plain"
        self._folder, self._number = folder, len(list(folder.glob("*.eml")))

    def _rule(self, name: str) -> str | None:
        file = self._folder / "rules.json"
        rules: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        return rules.get(name)

    async def handle_MAIL(  # noqa: N802 - the library's own name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        envelope.mail_from = address
        return self._rule("mail") or "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library's own name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if rule := self._rule("rcpt"):
            return rule
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's own name
        if rule := self._rule("data"):
            return rule
        assert len(envelope.rcpt_tos) == 1
        self._number += 1
        said = f"X-Envelope: {envelope.mail_from} {envelope.rcpt_tos[0]} {'starttls' if session.ssl else self._from_the_first_byte}\r\n"
        draft = self._folder / f"{self._number:05}.draft"
        draft.write_bytes(said.encode() + envelope.content)
        draft.replace(draft.with_suffix(".eml"))
        return "250 Taken"


def _signed_in(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=given.login == USER.encode() and given.password == PASSWORD.encode())


async def _serve() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("tls", type=Path, nargs="*")
    parser.add_argument("--smtps", action="store_true")
    given = parser.parse_args()
    context = None
    if given.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*given.tls)
    keeper = _Keeper(given.folder, is_smtps=given.smtps)
    loop = asyncio.get_running_loop()
    # The library does not see that a connection was TLS from its first byte.
    asks = (
        {"authenticator": _signed_in, "auth_required": True, "auth_require_tls": not given.smtps}
        if context
        else {}
    )

    def session() -> SMTP:
        starts = None if given.smtps else context
        return SMTP(
            keeper, hostname="mail.exempel.se", enable_SMTPUTF8=True, loop=loop, tls_context=starts,
            require_starttls=starts is not None, **asks,
        )  # fmt: skip

    server = await loop.create_server(session, "127.0.0.1", given.port, ssl=context if given.smtps else None)
    (given.folder / "ready").touch()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
