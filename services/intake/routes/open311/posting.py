"""Taking in what a client posts: the way every report goes, with its durable commit and its event."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Self

from starlette.requests import Request

from services.intake import open311_store
from services.intake.domain.acceptance import accept
from services.intake.domain.answer import Stored
from services.intake.domain.credentials import Submitter
from services.intake.domain.open311.asking import read_id
from services.intake.domain.open311.document import Document
from services.intake.domain.open311.faults import Fault, Faults, bad, unknown
from services.intake.domain.open311.fields import told_as
from services.intake.domain.open311.parameters import Parameters
from services.intake.domain.open311.posting import Earlier, Posted, read_request, read_update, same_request
from services.intake.domain.open311.privacy import NEVER_TOLD
from services.intake.domain.open311.services import is_urgent, service_of
from services.intake.domain.refusal import Refused
from services.intake.domain.telling import tell
from services.intake.domain.tokens import Token
from services.intake.photos.faults import Fault as PhotoFault
from services.intake.routes.accept_reports import claim_of, stored_or_problem, traceparent
from services.intake.routes.filled_photos import WrongPhoto, sent_photos, take_up
from services.intake.routes.open311.access import Caller, caller
from services.intake.routes.open311.body import read_sent
from services.intake.routes.open311.discovery import language_of, site, words
from services.intake.routes.parts import Received
from services.intake.routes.photos_on_page import told as told_of
from services.intake.running import Running
from services.intake.store import Claim
from shared.events import ReportReceived

_WAIT_S: Final = 5.0
_LONGEST_ID: Final = 200
_SAME_FOR_S: Final = 600


@dataclass(frozen=True, slots=True)
class _Post:
    """One post by somebody who may."""

    running: Running
    request: Request
    parameters: Parameters
    body: bytes
    caller: Caller
    token: Token
    submitter: Submitter
    received: Received

    @classmethod
    @asynccontextmanager
    async def reading(cls, running: Running, request: Request) -> AsyncIterator[Self]:
        """Its files are there until the block ends."""
        sent = await read_sent(running, request)
        try:
            calling = await caller(running, request, sent.parameters)
            sender = calling.sender()
            yield cls(running, request, sent.parameters, sent.body, calling, *sender, sent.received)
        finally:
            sent.received.close()

    async def keep_media(self, stored: Stored) -> str:
        """What came as files goes with the report, which is stored; a sentence about each that does not."""
        if not self.received.uploads:
            return ""
        photos = await sent_photos(self.running, self.received)
        await take_up(self.running, stored.report_id, photos, "open311")
        language, settings = language_of(self.parameters), self.running.settings.photos
        wrong = [*photos.wrong, *([WrongPhoto("", PhotoFault.BUSY)] if photos.are_away else [])]
        return " ".join(told_of(settings, language, each.fault, each.name) for each in wrong)

    def claim(self) -> Claim | None:
        return claim_of(self.request.scope, self.submitter, self.body)

    async def store(self, posted: Posted, claim: Claim | None) -> Stored:
        try:
            accepted = accept(
                posted.submission, self.submitter.source, self.caller.municipality, datetime.now(UTC)
            )
            await self.running.gate.admit_token(self.request.scope, self.token.mark)
        except Refused as refused:
            raise Faults([Fault(told_as(error)) for error in refused.errors]) from None
        accepted = tell(accepted, posted.told)
        return await stored_or_problem(
            self.running.commits,
            replace(accepted, open311=self._columns(posted, accepted.event)),
            claim,
            traceparent(self.request.scope),
        )

    def _columns(self, posted: Posted, event: ReportReceived) -> dict[str, Any]:
        """What is told again to the sender is what all others are told, and nothing of grave matters."""
        told = posted.service_code not in NEVER_TOLD
        return {
            "token_id": str(self.token.id),
            "jurisdiction": self.caller.jurisdiction,
            "service_code": posted.service_code,
            "follows": None if posted.told.follows is None else str(posted.told.follows),
            "description": event.text if told else None,
            "address": event.place_text,
            "address_id": posted.address_id if told else None,
            "media_urls": list(posted.media_urls) if told else [],
        }


async def post_request(running: Running, request: Request) -> Document:
    async with _Post.reading(running, request) as post:
        posted = read_request(post.parameters)
        stored = await post.store(posted, post.claim() or _request_claim(post))
        about_media = await post.keep_media(stored)
    row = {
        "service_request_id": str(stored.report_id),
        "service_notice": f"{_notice(post, posted, stored)} {about_media}".rstrip(),
        "account_id": posted.account_id,
    }
    return Document("service_requests", [row])


async def post_update(running: Running, request: Request) -> Document:
    async with _Post.reading(running, request) as post:
        earlier = await _earlier(post)
        posted = read_update(post.parameters, earlier, has_files=bool(post.received.uploads))
        stored = await post.store(posted, _update_claim(post, earlier) or post.claim() or _body_claim(post))
        about_media = await post.keep_media(stored)
    row = {"update_id": str(stored.report_id)}
    return Document(
        "service_request_updates", [{**row, "service_notice": about_media} if about_media else row]
    )


def _notice(post: _Post, posted: Posted, stored: Stored) -> str:
    told = words(language_of(post.parameters))
    address = f"{site(post.request, post.running.settings)}/follow"
    notice: str = told["notice"].format(url=address, code=stored.tracking_code)
    service = service_of(posted.service_code)
    return f"{notice} {told['urgent']}" if service and is_urgent(service) else notice


async def _earlier(post: _Post) -> Earlier:
    text = post.parameters.first("service_request_id")
    if text is None:
        raise bad("service_request_id was not provided.")
    report_id = read_id(text)
    if report_id is not None:
        async with post.running.pool.acquire(timeout=_WAIT_S) as connection:
            found = await open311_store.earlier(
                connection, report_id, post.caller.jurisdiction, post.token.id
            )
        if found is not None:
            return found
    raise unknown("service_request_id")


def _request_claim(post: _Post) -> Claim:
    """Clients that hear no answer send the same again, and few of them know an Idempotency-Key."""
    name = same_request(post.parameters)
    if name is None:
        return _body_claim(post)
    key = f"request:{post.caller.jurisdiction}:{name}"
    return Claim(post.submitter.scope, key, sha256(key.encode()).digest())


def _body_claim(post: _Post) -> Claim:
    """The very same form within minutes is the same word; a day later it may be told of anew."""
    span = int(datetime.now(UTC).timestamp()) // _SAME_FOR_S
    digest = sha256(post.body)
    return Claim(post.submitter.scope, f"body:{span}:{digest.hexdigest()}", digest.digest())


def _update_claim(post: _Post, earlier: Earlier) -> Claim | None:
    """The client's own identifier of the update: sent again, however often, it is the same update."""
    update_id = post.parameters.first("update_id") or post.parameters.first("update_id_ext")
    if update_id is None:
        return None
    if len(update_id) > _LONGEST_ID:
        raise bad(f"update_id must have at most {_LONGEST_ID} characters.")
    key = f"update:{earlier.report_id}:{update_id}"
    return Claim(post.submitter.scope, key, sha256(key.encode()).digest())
