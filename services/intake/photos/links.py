"""Addresses that open one photo, for a time, to whoever has them: Open311's clients fetch a `media_url` without showing a key.

Signed by a digest that only the report's own key makes: erasing that key ends them for good, and rotating the master keys changes
none. They stay the same for a span of days, so that a list of them does.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hmac import compare_digest
from typing import Final
from uuid import UUID

from services.intake.photos.photos_store import Owner
from services.intake.vault import Vault

_PART: Final = b"photo link"
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class PhotoLink:
    """`until`: the first day, in UTC, on which it opens nothing."""

    photo_id: UUID
    until: date
    signature: str

    @property
    def query(self) -> str:
        return f"until={self.until.isoformat()}&signature={self.signature}"

    @classmethod
    def read(cls, photo_id: str, query: Mapping[str, str]) -> "PhotoLink | None":
        """None when it is none of ours."""
        until, signature = query.get("until", ""), query.get("signature", "")
        if len(photo_id) != 36 or len(until) != 10 or not signature.isascii() or len(signature) > _LONGEST:
            return None
        try:
            return cls(UUID(photo_id), date.fromisoformat(until), signature)
        except ValueError:
            return None


def last_day(now: datetime, days: int) -> date:
    """Between `days` and twice as many away, and the same for `days` at a time."""
    today = now.astimezone(UTC).date().toordinal()
    return date.fromordinal((today // days + 2) * days)


def sign(vault: Vault, owner: Owner, photo_id: UUID, until: date) -> PhotoLink:
    """For who sent the report; made anew it is the same."""
    return PhotoLink(photo_id, until, _signature(vault, owner, photo_id, until))


def opens(vault: Vault, owner: Owner, link: PhotoLink, now: datetime) -> bool:
    """Whether it was made for a photo of this report and for who sent it, and is still good."""
    if now.astimezone(UTC).date() >= link.until:
        return False
    return compare_digest(_signature(vault, owner, link.photo_id, link.until), link.signature)


def _signature(vault: Vault, owner: Owner, photo_id: UUID, until: date) -> str:
    sender = b"" if owner.sent_by is None else owner.sent_by.bytes
    said = photo_id.bytes + sender + until.toordinal().to_bytes(4)
    digest = vault.mark(owner.report_id, owner.key, _PART, said)
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
