"""Where messages lead: to the page that follows a report, and to what stops them. Pure, but for the vault's keys."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final
from uuid import UUID

from services.intake.email.parts import STOP
from services.intake.vault import Vault, Wrapped

STOP_PATH: Final = "/email/stop"
_MARK_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class StopToken:
    """Which report, and a mark that only its key makes, for one asking: a link of an earlier one stops nothing later."""

    report_id: UUID
    mark: bytes

    def __str__(self) -> str:
        return urlsafe_b64encode(self.report_id.bytes + self.mark).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str) -> "StopToken | None":
        try:
            given = urlsafe_b64decode(text[:100] + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return None
        return cls(UUID(bytes=given[:16]), given[16:]) if len(given) == 16 + _MARK_BYTES else None

    @classmethod
    def of(cls, vault: Vault, report_id: UUID, key: Wrapped, asked_id: UUID) -> "StopToken":
        return cls(report_id, vault.mark(report_id, key, STOP, asked_id.bytes)[:_MARK_BYTES])

    def is_of(self, vault: Vault, key: Wrapped, asked_id: UUID) -> bool:
        return compare_digest(StopToken.of(vault, self.report_id, key, asked_id).mark, self.mark)


@dataclass(frozen=True, slots=True)
class Links:
    """`base`: the address where people reach the form."""

    base: str

    def follow(self, tracking_code: str, language: str) -> str:
        return f"{self.base}/follow/{tracking_code}?lang={language}"

    def look_up(self, language: str) -> str:
        """The page that asks for a tracking code."""
        return f"{self.base}/follow?lang={language}"

    def stop(self, token: StopToken, language: str) -> str:
        return f"{self.base}{STOP_PATH}/{token}?lang={language}"
