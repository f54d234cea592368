"""`vardkase replay FILE`: real police events through intake's own API, as any other source would send them."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TimeElapsedColumn

from deploy.errors import CannotGoOn
from deploy.intake_client import Accepted, IntakeClient, Refused, ToSend
from deploy.police_events import LeftOut, read_police_events


def run(file: Path) -> int:
    """Send every row that can be a report and tell what was left out. Sending a file again doubles nothing."""
    from deploy.local.settings import LocalSettings
    from deploy.running import in_use
    from deploy.servers import Servers
    from deploy.services import service_ports
    from shared.topics import Service

    servers = Servers.from_environment(in_use(LocalSettings.load()))
    url = os.environ.get("INTAKE_URL", f"http://127.0.0.1:{service_ports()[Service.INTAKE]}")
    tokens = _tokens() or servers.stack.secrets.intake_tokens
    counts = asyncio.run(replay(file, url, tokens, Console(stderr=True)))
    print(json.dumps(dict(counts), ensure_ascii=False))
    return 1 if counts["refused"] else 0


def _tokens() -> Mapping[str, str]:
    try:
        tokens: Mapping[str, str] = json.loads(os.environ.get("INTAKE_TOKENS", "{}"))
    except ValueError as error:
        raise CannotGoOn("INTAKE_TOKENS is not JSON: give an object of source and token.") from error
    return tokens


async def replay(file: Path, url: str, tokens: Mapping[str, str], console: Console) -> Counter[str]:
    counts: Counter[str] = Counter(sent=0, accepted=0, repeated=0, refused=0, left_out=0)

    def answered(answer: Accepted | Refused) -> None:
        if isinstance(answer, Accepted):
            counts["repeated" if answer.repeated else "accepted"] += 1
            return
        counts["refused"] += 1
        console.print(
            f"[red]{escape(str(answer.key))} was refused ({answer.status})[/red]: {escape(str(answer.detail))}"
        )

    with Progress(*Progress.get_default_columns(), TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task(file.name, total=None)

        def reports() -> Iterator[ToSend]:
            for row in read_police_events(file):
                if isinstance(row, LeftOut):
                    counts["left_out"] += 1
                    continue
                counts["sent"] += 1
                progress.update(task, description=f"{file.name}: {counts['sent']} sent", advance=1)
                yield row

        async with IntakeClient(url, tokens) as client:
            await client.send_all(reports(), on_answer=answered)
        progress.update(task, total=counts["sent"], completed=counts["sent"])
    return counts
