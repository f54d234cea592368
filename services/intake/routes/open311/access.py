"""Who calls, for which jurisdiction, and what that lets them do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from services.intake.domain.credentials import Submitter
from services.intake.domain.open311.faults import bad, forbidden, unknown
from services.intake.domain.open311.parameters import Parameters
from services.intake.domain.open311.privacy import OPEN_BY_ID, OPENABLE
from services.intake.domain.tokens import Token, bearer
from services.intake.open311_store import Viewer
from services.intake.running import Running
from shared.categories import CategoryCode
from shared.events import Source

_LONGEST_KEY: Final = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """`token` None is everybody."""

    jurisdiction: str
    municipality: str
    token: Token | None

    def viewer(self, open_to_all: frozenset[CategoryCode]) -> Viewer:
        """Others' requests are shown where the municipality has opened them, or to a token that may read."""
        if self.token is None:
            return Viewer(self.jurisdiction, None, open_to_all, OPEN_BY_ID)
        _require(self.token, self)
        open_to = OPENABLE if self.token.may_read else open_to_all
        return Viewer(self.jurisdiction, self.token.id, open_to, OPEN_BY_ID)

    def sender(self) -> tuple[Token, Submitter]:
        """What a citizens' service sends is reported; what a token for guards or staff sends is discovered."""
        if self.token is None:
            raise forbidden("api_key was not provided; ask the municipality for one.")
        _require(self.token, self)
        source = self.token.source or Source.CITIZEN
        return self.token, Submitter(source, f"open311:{self.token.mark}", self.municipality)


async def caller(running: Running, request: Request, parameters: Parameters) -> Caller:
    """Raises `Faults`, and one of `TRANSIENT_ERRORS` when the database can't be asked about a key."""
    key = parameters.first("api_key") or _bearer(request)
    token = None
    if key is not None:
        token = await running.tokens.find(key.encode()) if len(key) <= _LONGEST_KEY else None
        if token is None:
            raise forbidden("Invalid api_key received.")
    jurisdictions = running.settings.jurisdictions
    jurisdiction = jurisdiction_of(jurisdictions, parameters, token)
    return Caller(jurisdiction, jurisdictions[jurisdiction], token)


def _bearer(request: Request) -> str | None:
    authorization = request.headers.get("authorization")
    secret = bearer(authorization.encode("latin-1")) if authorization else None
    return secret.decode("latin-1") if secret else None


def jurisdiction_of(
    jurisdictions: Mapping[str, str], parameters: Parameters, token: Token | None = None
) -> str:
    """Raises `Faults`. Where there is one it need not be named; nor need a key's own, where it has one."""
    asked = parameters.first("jurisdiction_id")
    if asked is None:
        likely = [one for one in jurisdictions if token and one in token.jurisdictions] or list(jurisdictions)
        if len(likely) > 1:
            raise bad("jurisdiction_id was not provided.")
        asked = likely[0]
    if asked not in jurisdictions:
        raise unknown("jurisdiction_id")
    return asked


def _require(token: Token, caller: Caller) -> None:
    if caller.jurisdiction not in token.jurisdictions or not token.holds(caller.municipality):
        raise forbidden("This api_key is not for this jurisdiction_id.")
