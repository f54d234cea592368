"""The process beside the service that reads reports: batches in on standard input, answers out, until the input closes."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter

from services.enrichment.domain import Understanding
from services.enrichment.store.shapes import understood_list_json
from shared.events import ReportReceived
from shared.framing import receive, send

_REPORTS = TypeAdapter(list[ReportReceived])


def main() -> None:
    # Ctrl-C is for the service, which then closes our input. Whatever a library prints must not stand among the answers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    wanted = receive(asked)
    if wanted is None:
        return
    understanding, hello = _load(orjson.loads(wanted))
    send(answers, orjson.dumps(hello))
    while understanding is not None and (batch := receive(asked)) is not None:
        send(answers, understood_list_json(understanding.read(_REPORTS.validate_json(batch))))


def _load(wanted: dict[str, Any]) -> tuple[Understanding | None, dict[str, str]]:
    gazetteer = wanted["gazetteer"]
    try:
        understanding = Understanding.load(
            wanted["review_below"], None if gazetteer is None else Path(gazetteer)
        )
    except (OSError, ValueError, KeyError) as error:
        return None, {"trouble": str(error)}
    model, places = understanding.model.version, understanding.geocoder.gazetteer_version
    return understanding, {"model": model, "gazetteer": places}


if __name__ == "__main__":
    main()
