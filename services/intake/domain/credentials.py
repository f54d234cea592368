"""Who submits: a citizen without a token, or a party that holds one. Reported and discovered never mix."""

from dataclasses import dataclass
from typing import Final

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


# A key that begins so, sent with a token, is good for as long as the report: what is imported again years later adds nothing.
LASTING: Final = "import:"
LASTING_SCOPE: Final = "lasting:"

CITIZEN = Submitter(Source.CITIZEN, "citizen")
FORM = Submitter(Source.CITIZEN, "form")


def submitter_of(token: Token) -> Submitter | None:
    """None when the token may not report."""
    source = token.source
    return None if source is None else Submitter(source, f"{source}:{token.mark}", token.municipality)


def scope_of(key: str, submitter: Submitter, municipality: str) -> str:
    """A lasting key belongs to the source and the municipality: a file is the same with next year's token."""
    if submitter is CITIZEN or not key.startswith(LASTING):
        return submitter.scope
    return f"{LASTING_SCOPE}{submitter.source}:{municipality}"
