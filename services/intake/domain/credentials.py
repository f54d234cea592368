"""Who submits: a citizen without a token, or a party that holds one. Reported and discovered never mix."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from shared.events import Source


@dataclass(frozen=True, slots=True)
class Submitter:
    """`scope`: whose idempotency keys these are; two parties may use the same key."""

    source: Source
    scope: str


CITIZEN = Submitter(Source.CITIZEN, "citizen")
FORM = Submitter(Source.CITIZEN, "form")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Only digests are kept, and every one is compared each time, so that time tells nothing."""

    _known: tuple[tuple[bytes, Submitter], ...]

    @classmethod
    def of(cls, tokens: Mapping[Source, str]) -> Self:
        digests = [(source, sha256(token.encode()).digest()) for source, token in tokens.items()]
        return cls(
            tuple((digest, Submitter(source, f"{source}:{digest[:6].hex()}")) for source, digest in digests)
        )

    def submitter(self, authorization: bytes) -> Submitter | None:
        """For the value of an Authorization header; None when it is nobody's token."""
        scheme, _, token = authorization.partition(b" ")
        digest = sha256(token.strip()).digest()
        found = None
        for known, submitter in self._known:
            if hmac.compare_digest(known, digest):
                found = submitter
        return found if scheme.lower() == b"bearer" else None
