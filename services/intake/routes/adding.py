"""The one way by which something is added to a report by its reporter, whichever page or door it came through."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from starlette.types import Scope

from services.intake.domain.acceptance import Acceptance, accept
from services.intake.domain.addition import Setting
from services.intake.domain.answer import Stored
from services.intake.domain.credentials import FORM
from services.intake.domain.submission import Submission
from services.intake.domain.telling import Told, tell
from services.intake.form_store import First
from services.intake.routes.accept_reports import stored_or_problem, traceparent
from services.intake.routes.api import find_report
from services.intake.running import Running
from services.intake.store import Claim
from shared.events import Relation
from shared.problem import Problem


class Added(Protocol):
    """What was filled in: further words, answers, or a reply to a question."""

    def submission(self, language: str | None, setting: Setting) -> Submission: ...


def tell_addition(
    running: Running, first: First, added: Added, language: str | None, said: Told
) -> Acceptance:
    """A report of its own that follows the first one and quotes it, unless that is held back. Raises `Refused`."""
    words = running.vault.open_words(first.report_id, first.key, first.sealed)
    setting = Setting(first.municipality, first.point, words.place_text, first.category)
    accepted = accept(added.submission(language, setting), FORM.source, first.municipality, datetime.now(UTC))
    relation = said.relation or Relation.ADDITION
    quoted = words.text if first.held_back is None else None
    return tell(accepted, replace(said, follows=first.report_id, relation=relation, earlier_words=quoted))


async def store_addition(
    running: Running, scope: Scope, first: First, addition: Acceptance, claim: Claim
) -> Stored:
    """Waits for the commit; the same claim again is stored once. Raises `Problem` 410, 422, 429 or 503."""
    admitted = await running.gate.admit_addition(scope, addition, first.held_back)
    try:
        return await stored_or_problem(running.commits, admitted, claim, traceparent(scope))
    except Problem as problem:
        if problem.status == 410:
            await find_report(running.pool, first.tracking_code)  # says why and since when
        raise
