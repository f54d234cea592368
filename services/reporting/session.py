"""Who may see the picture: holders of the staff token, and browsers that once showed it."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from starlette.responses import Response

COOKIE: Final = "vardkase_session"
NO_NAME: Final = "personal"
NAME_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who has shown the staff token. `by_cookie`: through a browser, whose requests others may forge."""

    name: str
    by_cookie: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    """Cookies are signed with a key made from the token: a new token ends every session."""

    staff_token: str
    hours: int
    secure_cookie: bool
    clock: Callable[[], datetime]

    def accepts(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.staff_token.encode())

    def staff(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Staff | None:
        """Who sends a request with these headers and cookies; None for a stranger."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer" and self.accepts(token.strip()):
            return Staff(NO_NAME, by_cookie=False)
        name = self._name_in(cookies.get(COOKIE, ""))
        return None if name is None else Staff(name, by_cookie=True)

    def begin(self, response: Response, name: str = "") -> None:
        """Set the cookie on `response`. `name` is who signs in, as far as they say."""
        ends = int((self.clock() + timedelta(hours=self.hours)).timestamp())
        shown = "".join(letter for letter in name if letter.isprintable())
        written = (shown.strip() or NO_NAME)[:NAME_LENGTH]
        claim = f"{ends}.{urlsafe_b64encode(written.encode()).decode().rstrip('=')}"
        response.set_cookie(
            COOKIE,
            f"{claim}.{self._signature(claim)}",
            max_age=self.hours * 3600,
            httponly=True,
            samesite="strict",
            secure=self.secure_cookie,
        )

    def end(self, response: Response) -> None:
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self.secure_cookie)

    def _name_in(self, cookie: str) -> str | None:
        claim, _, signature = cookie.rpartition(".")
        if not claim or not hmac.compare_digest(signature.encode(), self._signature(claim).encode()):
            return None
        ends, _, name = claim.partition(".")
        try:
            if int(ends) < self.clock().timestamp():
                return None
            return urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
        except (ValueError, NotBase64):
            return None

    def _signature(self, claim: str) -> str:
        key = hashlib.sha256(b"vardkase reporting session\x1f" + self.staff_token.encode()).digest()
        return hmac.new(key, claim.encode(), hashlib.sha256).hexdigest()
