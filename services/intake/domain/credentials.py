"""Who submits: a citizen without a token, or a party that holds one. Reported and discovered never mix."""

from dataclasses import dataclass

from services.intake.domain.tokens import Token
from shared.events import Source


@dataclass(frozen=True, slots=True)
class Submitter:
    """`scope`: whose idempotency keys these are; two parties may use the same key. `municipality` None is any."""

    source: Source
    scope: str
    municipality: str | None = None

    def may_report_from(self, municipality: str) -> bool:
        return self.municipality is None or self.municipality == municipality


CITIZEN = Submitter(Source.CITIZEN, "citizen")
FORM = Submitter(Source.CITIZEN, "form")


def submitter_of(token: Token) -> Submitter | None:
    """None when the token may not report."""
    source = token.source
    return None if source is None else Submitter(source, f"{source}:{token.mark}", token.municipality)
