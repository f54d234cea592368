"""`vardkase replay`: what is told of a file, of an intake that is away, and of a file that is sent again."""

import io
import json
from collections import Counter
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from rich.console import Console

from deploy import intake_client
from deploy.errors import CannotGoOn
from deploy.replay import replay

EVENT = {
    "id": 1,
    "datetime": "2022-09-26 8:05:23 +02:00",
    "municipality_code": "1983",
    "summary": "Inbrott i förråd.",
}


def written(tmp_path: Path, *rows: object) -> Path:
    file = tmp_path / "events.jsonl"
    file.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return file


async def sent(file: Path) -> Counter[str]:
    return await replay(file, "http://intake.test", {}, Console(file=io.StringIO()))


@pytest.fixture
def intake(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Answers as intake does, and remembers the keys it was sent."""
    known: set[str] = set()

    async def answer(_: object, request: httpx.Request) -> httpx.Response:
        key = request.headers["Idempotency-Key"]
        headers = {"Idempotency-Replayed": "true"} if key in known else {}
        known.add(key)
        return httpx.Response(202, json={"id": str(uuid4()), "tracking_code": "A"}, headers=headers)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer)
    return known


async def test_a_file_sent_again_is_counted_as_repeated(tmp_path: Path, intake: set[str]) -> None:
    file = written(tmp_path, EVENT, EVENT | {"id": 2})

    first, second = await sent(file), await sent(file)

    assert intake == {"import:polisen-1", "import:polisen-2"}
    assert (first["accepted"], first["repeated"]) == (2, 0)
    assert (second["sent"], second["accepted"], second["repeated"]) == (2, 0, 2)


async def test_a_line_that_is_not_json_ends_it_with_the_one_sentence(
    tmp_path: Path, intake: set[str]
) -> None:
    with pytest.raises(CannotGoOn, match="line 2: not JSON"):
        await sent(written(tmp_path, EVENT, "{broken"))


async def test_an_intake_that_is_away_is_the_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: object, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", refuse)
    monkeypatch.setattr(intake_client, "_TRIES", 1)
    with pytest.raises(CannotGoOn, match="cannot be reached"):
        await sent(written(tmp_path, *(EVENT | {"id": number} for number in range(40))))


@pytest.mark.parametrize("change", [{"id": None}, {"datetime": 5}, {"summary": 5, "body": ["x"]}])
async def test_a_row_with_something_else_where_a_word_was_expected_is_left_out(
    tmp_path: Path, intake: set[str], change: dict[str, object]
) -> None:
    assert (await sent(written(tmp_path, EVENT | change)))["left_out"] == 1
    assert not intake
