"""`vardkase demo`: play the story through the real system, account for every report, and show what came of it."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final
from uuid import UUID

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from deploy.accounting import Account, Accountant
from deploy.demo_summary import print_summary
from deploy.errors import CannotGoOn
from deploy.intake_client import Accepted, IntakeClient, Refused, ToSend
from deploy.police_events import read_police_events
from deploy.story import MUNICIPALITY, POLICE_REGION, StoryReport, story
from deploy.system import System
from shared.topics import Service

_SETTLE_TIMEOUT_S: Final = 150.0
_POLL_S: Final = 0.3


@dataclass
class Played:
    """What was sent and what intake answered. Story reports by their key, police bulletins by id alone."""

    story_ids: dict[str, UUID] = field(default_factory=dict)
    police_ids: list[UUID] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    @property
    def all_ids(self) -> list[UUID]:
        return [*self.story_ids.values(), *self.police_ids]


def run(system: System, *, as_json: bool, speed: float, console: Console) -> int:
    """Play everything once. 0 when every report that was sent is accounted for at every stage, exactly once; else 1.

    `speed` is story reports a second; 0 sends each as soon as the one before is accepted.
    """
    outcome = asyncio.run(_play(system, speed, console))
    if as_json:
        print(json.dumps(outcome, ensure_ascii=False, default=str))
    else:
        print_summary(outcome, console)
    return 0 if outcome["complete"] else 1


async def _play(system: System, speed: float, console: Console) -> dict[str, Any]:
    now, began = datetime.now(UTC), monotonic()
    reports, accountant = (
        story(now),
        Accountant(system.servers.postgres_dsn, system.servers.kafka_admin.as_settings()),
    )
    async with _staff_client(system) as staff:
        before = await _get(staff, "/api/v1/rhythm", municipality=MUNICIPALITY)
        with _steps(console) as progress:
            played = await _send(system, reports, speed, f"demo-{now:%Y%m%dT%H%M%S}", progress)
            await _settle(accountant, played.all_ids, progress)
            claims = await _judge(staff, reports, played, progress)
            edition = await _situation_report(staff, system.servers.stack.state, progress)
            account = await _account(accountant, played, progress)
        after = await _get(staff, "/api/v1/rhythm", municipality=MUNICIPALITY)
        picture = await _get(staff, "/api/v1/picture", municipality=MUNICIPALITY)
    return {
        "complete": account.complete and not played.refused,
        "seconds": round(monotonic() - began, 1),
        "sent": {
            "story": len(reports),
            "police_open_data": len(played.police_ids),
            "accepted": len(played.all_ids),
            "refused": [asdict(each) for each in played.refused],
        },
        "stages": [asdict(stage) | {"complete": stage.complete} for stage in account.stages],
        "dead_letters": account.dead_letters,
        "unsent": account.unsent,
        "sent_again": account.sent_again,
        "picture": {key: picture[key] for key in ("totals", "categories")},
        "alerts": account.alerts_by_agency,
        "claims": claims,
        "rhythm": {"before": before, "after": after},
        "situation_report": edition,
    }


async def _send(
    system: System, reports: Sequence[StoryReport], speed: float, run_name: str, progress: Progress
) -> Played:
    """Police bulletins first, several at once; then the story, one after the other as it happened."""
    played, police = Played(), [row for row in read_police_events(POLICE_REGION) if isinstance(row, ToSend)]
    async with IntakeClient(system.url(Service.INTAKE), system.secrets.intake_tokens) as client:
        task = progress.add_task("Police bulletins of the region", total=len(police))
        await client.send_all(police, on_answer=lambda answer: _note_police(played, answer, progress, task))
        task = progress.add_task("Two weeks in Köping, and the two before", total=len(reports))
        to_send = [ToSend(f"{run_name}-{each.key}", each.source, each.body) for each in reports]
        await client.send_all(
            to_send,
            per_second=speed,
            at_once=1,
            on_answer=lambda answer: _note_story(played, answer, progress, task),
        )
    return played


def _note_police(played: Played, answer: Accepted | Refused, progress: Progress, task: TaskID) -> None:
    if isinstance(answer, Accepted):
        played.police_ids.append(answer.report_id)
    else:
        played.refused.append(answer)
    progress.advance(task)


def _note_story(played: Played, answer: Accepted | Refused, progress: Progress, task: TaskID) -> None:
    if isinstance(answer, Accepted):
        played.story_ids[answer.key.split("-", 2)[2]] = answer.report_id
    else:
        played.refused.append(answer)
    progress.advance(task)


async def _settle(accountant: Accountant, report_ids: Sequence[UUID], progress: Progress) -> None:
    """Wait until the tables of every stage hold them all, or no longer than the limit: the account tells which don't."""
    task = progress.add_task("Located, classified, linked, in the picture", total=len(report_ids))
    until = monotonic() + _SETTLE_TIMEOUT_S
    while monotonic() < until:
        stages = await accountant.at_tables(report_ids)
        progress.update(task, completed=min(stage.once for stage in stages[:3]))
        if all(stage.complete for stage in stages):
            return
        await asyncio.sleep(_POLL_S)


async def _judge(
    staff: httpx.AsyncClient, reports: Sequence[StoryReport], played: Played, progress: Progress
) -> list[dict[str, Any]]:
    """What the safety coordinator does: look into each rumour and set its verdict."""
    rumours = [each for each in reports if each.told and each.key in played.story_ids]
    task = progress.add_task("A person judges the rumours", total=len(rumours))
    judged: dict[str, dict[str, Any]] = {}
    for rumour in rumours:
        claim = await _claim_of(staff, played.story_ids[rumour.key])
        if claim and rumour.told:
            answer = await staff.post(
                f"/api/v1/claims/{claim['claim_id']}/verdict",
                json={"verdict": rumour.told.verdict, "explanation": rumour.told.explanation},
            )
            answer.raise_for_status()
            judged[claim["claim_id"]] = answer.json()
        progress.advance(task)
    return list(judged.values())


async def _claim_of(staff: httpx.AsyncClient, report_id: UUID) -> dict[str, Any] | None:
    until = monotonic() + 15
    while monotonic() < until:
        claims: list[dict[str, Any]] = await _get(staff, "/api/v1/claims", municipality=MUNICIPALITY)
        for claim in claims:
            for incident_id in claim["incident_ids"]:
                incident = await _get(staff, f"/api/v1/incidents/{incident_id}")
                if str(report_id) in {report["report_id"] for report in incident["reports"]}:
                    return claim
        await asyncio.sleep(_POLL_S)
    return None


async def _situation_report(staff: httpx.AsyncClient, folder: Path, progress: Progress) -> dict[str, Any]:
    task = progress.add_task("Situation report", total=1)
    response = await staff.post("/api/v1/situation-reports", json={"municipality": MUNICIPALITY})
    response.raise_for_status()
    edition: dict[str, Any] = response.json()
    pdf = await staff.get(edition["pdf"])
    pdf.raise_for_status()
    path = folder / f"lagesrapport-{MUNICIPALITY}-{edition['number']}.pdf"
    path.write_bytes(pdf.content)
    progress.advance(task)
    return edition | {"path": str(path)}


async def _account(accountant: Accountant, played: Played, progress: Progress) -> Account:
    """Ask until everything is accounted for; alerts may still be on their way to the agencies' topics."""
    task = progress.add_task("Every report accounted for", total=1)
    until = monotonic() + _SETTLE_TIMEOUT_S
    while True:
        account = await accountant.account(played.all_ids)
        if account.complete or monotonic() > until:
            progress.advance(task)
            return account
        await asyncio.sleep(_POLL_S)


async def _get(staff: httpx.AsyncClient, path: str, **parameters: str) -> Any:
    response = await staff.get(path, params=parameters)
    response.raise_for_status()
    return response.json()


def _staff_client(system: System) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=system.url(Service.REPORTING),
        headers={"Authorization": f"Bearer {system.secrets.staff_token}"},
        timeout=60,
    )


@contextmanager
def _steps(console: Console) -> Iterator[Progress]:
    columns = (TextColumn("{task.description:<45}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console) as progress:
            yield progress
    except httpx.HTTPError as error:
        raise CannotGoOn(
            f"The demo was broken off ({type(error).__name__}: {error}): look in the services' logs under logs/."
        ) from error
