"""Imports into a real intake: the same file twice, all or nothing, and what an interruption leaves."""

import asyncio
import csv
import io
import json
import os
import random
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from openpyxl import Workbook
from PIL import Image

from deploy import batch_sending, bulk_sending
from deploy.bulk_sending import Door, Letter, Outcome, send_all
from deploy.cli import import_reports, import_telling
from deploy.cli.import_email import MailOrder, run_import_email
from deploy.cli.import_police_events import PoliceOrder, run_import_police_events
from deploy.cli.import_reports import Order
from deploy.errors import CannotGoOn
from deploy.local.preflight import free_port
from services.intake import tokens, tokens_store
from services.intake.domain.tokens import new_secret
from services.intake.imports import rows as rows_module
from shared.events import Source
from tests.support.served import served_intake

Database = Any
HEADINGS = ["Ärende-id", "Tidpunkt", "Plats", "Beskrivning"]
ROWS = [
    [f"R{number}", f"2026-11-20 {number % 24:02}:05", "Ån", f"Bråk nummer {number}"] for number in range(200)
]


@pytest_asyncio.fixture
async def database(fresh_postgres_dsn: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(fresh_postgres_dsn, server_settings={"search_path": "intake"})
    yield connection
    await connection.close()


@pytest.fixture
def url(fresh_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv("VARDKASE_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(bulk_sending, "_LONGEST_PAUSE_S", 0.01)
    monkeypatch.delenv("INTAKE_TOKENS", raising=False)
    with served_intake(fresh_postgres_dsn) as address:
        monkeypatch.setenv("INTAKE_URL", address)
        yield address


@pytest_asyncio.fixture
async def guard(url: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    return await use_token(database, monkeypatch, "report:guard")


async def use_token(
    database: Database, monkeypatch: pytest.MonkeyPatch, scope: str, municipality: str | None = None
) -> str:
    secret = new_secret()
    await tokens_store.insert_token(
        database,
        secret=secret,
        name=secret[:30],
        municipality=municipality,
        scopes=[scope],
        now=datetime.now(UTC),
        expires_at=None,
    )
    monkeypatch.setenv("INTAKE_TOKEN", secret)
    return secret


def as_csv(file: Path, rows: list[list[str]]) -> Path:
    with file.open("w", encoding="windows-1252", newline="") as opened:
        csv.writer(opened, delimiter=";").writerows([HEADINGS, *rows])
    return file


def as_xlsx(file: Path, rows: list[list[Any]]) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in [HEADINGS, *rows]:
        page.append(row)
    book.save(file)
    return file


async def imported(file: Path, **more: Any) -> tuple[int, dict[str, Any]]:
    """The exit code and the summary."""
    figures: list[dict[str, Any]] = []
    original = import_telling.sentences

    def caught(told: Any, *, dry_run: bool) -> list[str]:
        figures.append(dict(told))
        return original(told, dry_run=dry_run)

    import_telling.sentences = caught
    try:
        order = Order(file=file, **{"source": Source.GUARD, **more})
        code = await asyncio.to_thread(import_reports.run, order)
    finally:
        import_telling.sentences = original
    return code, figures[-1]


async def count(database: Database, where: str = "true") -> int:
    found: int = await database.fetchval(f"SELECT count(*) FROM report WHERE {where}")
    return found


async def test_the_same_rows_again_add_nothing_renamed_reordered_or_as_a_spreadsheet(
    guard: str, database: Database, tmp_path: Path
) -> None:
    code, told = await imported(as_csv(tmp_path / "a.csv", ROWS))
    assert (code, told["added"], await count(database)) == (0, 200, 200)
    shuffled = random.Random(1).sample(ROWS, len(ROWS))
    for file in (
        as_csv(tmp_path / "a.csv", ROWS),
        as_csv(tmp_path / "b.csv", shuffled),
        as_xlsx(tmp_path / "c.xlsx", shuffled),
    ):
        code, told = await imported(file)
        assert (code, told["added"], told["known"]) == (0, 0, 200)
    assert await count(database, "source = 'guard' AND municipality = '1983'") == 200
    assert await database.fetchval("SELECT count(*) FROM outbox") == 200


async def test_without_identifiers_the_content_makes_a_row_the_same(
    guard: str, database: Database, tmp_path: Path
) -> None:
    rows = [["", *row[1:]] for row in ROWS[:20]]
    await imported(as_csv(tmp_path / "a.csv", rows))
    _, told = await imported(as_csv(tmp_path / "b.csv", [*reversed(rows), rows[3]]))
    assert (told["added"], told["known"], told["doubles"]) == (0, 20, 1)
    assert await count(database) == 20


async def test_one_bad_row_and_nothing_is_sent_unless_it_may_be_skipped(
    guard: str, database: Database, tmp_path: Path
) -> None:
    file = as_csv(tmp_path / "a.csv", [*ROWS[:50], ["R999", "2026-13-45", "Ån", "Bråk"]])
    report = tmp_path / "faults.csv"
    code, told = await imported(file, report=report)
    assert (code, told["bad"], await count(database)) == (3, 1, 0)
    with report.open(encoding="utf-8-sig", newline="") as opened:
        (fault,) = csv.DictReader(opened)
    assert (fault["row"], fault["column"]) == ("52", "Tidpunkt")
    code, told = await imported(file, skip_bad=True)
    assert (code, told["added"], await count(database)) == (4, 50, 50)


async def test_a_dry_run_needs_no_intake_and_sends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_URL", "http://127.0.0.1:1")
    code, told = await imported(as_csv(tmp_path / "a.csv", ROWS), dry_run=True)
    assert (code, told["good"]) == (0, 200)


async def test_an_import_whose_answer_is_lost_is_in_as_a_whole_and_the_same_command_completes_it(
    guard: str,
    url: str,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The request has its effect and its answer never comes, and then nothing gets through."""
    file = as_csv(tmp_path / "a.csv", ROWS)
    with cutting_proxy(url, after=0) as cut:
        monkeypatch.setenv("INTAKE_URL", cut)
        with pytest.raises(CannotGoOn, match="cannot be reached"):
            await imported(file)
    said = " ".join(capsys.readouterr().err.split())
    assert "(row 2 to 201, 200 rows) either all is in or nothing" in said
    stored = await count(database)
    assert stored in {0, 200}
    monkeypatch.setenv("INTAKE_URL", url)
    code, told = await imported(file)
    assert (code, told["known"], told["added"]) == (0, stored, 200 - stored)
    assert await database.fetchval("SELECT count(DISTINCT external_id) FROM report") == 200


async def test_more_rows_than_go_in_at_once_are_sent_in_whole_parts_when_a_person_says_so(
    guard: str,
    url: str,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(batch_sending, "MAX_REPORTS", 60)
    file = as_csv(tmp_path / "a.csv", ROWS)
    with pytest.raises(CannotGoOn, match=r"The 200 rows do not go in at once.*4 parts"):
        await imported(file)
    assert await count(database) == 0
    with cutting_proxy(url, after=2) as cut:
        monkeypatch.setenv("INTAKE_URL", cut)
        with pytest.raises(CannotGoOn, match="cannot be reached"):
            await imported(file, in_parts=True)
    assert "120 of 200 rows are in. Of the part that was under way (row 122 to 181" in " ".join(
        capsys.readouterr().err.split()
    )
    stored = await count(database)
    assert stored in {120, 180}
    monkeypatch.setenv("INTAKE_URL", url)
    code, told = await imported(file, in_parts=True)
    assert (code, told["known"], told["added"]) == (0, stored, 200 - stored)


async def test_an_intake_that_dies_in_the_middle_leaves_nothing_and_takes_all_when_it_is_back(
    database: Database, fresh_postgres_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process of its own, ended by SIGKILL while the transaction is open; the import goes on trying meanwhile."""
    await use_token(database, monkeypatch, "report:guard")
    port, rows = free_port(), [["", f"2026-11-20 {at % 24:02}:05", "Ån", f"Bråk {at}"] for at in range(4000)]
    monkeypatch.setenv("INTAKE_URL", f"http://127.0.0.1:{port}")
    async with intake_process(fresh_postgres_dsn, port) as dying:
        importing = asyncio.create_task(imported(as_csv(tmp_path / "a.csv", rows)))
        async with asyncio.timeout(60):
            while not await database.fetchval(_IN_TRANSACTION):
                await asyncio.sleep(0.001)
        dying.kill()
        await dying.wait()
    async with asyncio.timeout(30):
        while await database.fetchval(_IN_TRANSACTION):
            await asyncio.sleep(0.05)
    assert await count(database) == 0
    async with intake_process(fresh_postgres_dsn, port):
        code, told = await importing
    assert (code, told["added"], await count(database)) == (0, 4000, 4000)
    assert await database.fetchval("SELECT count(*) FROM outbox") == 4000


async def test_an_intake_that_asks_to_go_slower_is_waited_for(
    database: Database,
    fresh_postgres_dsn: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch_sending, "MAX_REPORTS", 50)
    await use_token(database, monkeypatch, "report:guard")
    limits = {"token_burst": 60, "token_each_s": 0.02, "never_limited": ()}
    with served_intake(fresh_postgres_dsn, abuse=limits) as address:
        monkeypatch.setenv("INTAKE_URL", address)
        began = time.monotonic()
        code, told = await imported(as_csv(tmp_path / "a.csv", ROWS), in_parts=True)
    assert (code, told["added"], await count(database)) == (0, 200, 200)
    assert (
        time.monotonic() - began > 1
    )  # 200 rows at 50/s but for the first 60, and never more than a part ahead


async def test_what_intake_refuses_is_told_by_its_row_and_nothing_is_stored(
    guard: str,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As by a newer intake than the one that the command belongs to."""
    monkeypatch.setattr(rows_module.RowReader, "_against_the_api", lambda *_: [])
    file = as_csv(tmp_path / "a.csv", [*ROWS[:50], ["R1000", "2026-11-20 10:05", "Å" * 400, "Bråk"]])
    code, told = await imported(file)
    assert (code, told["refused"], await count(database)) == (3, 1, 0)
    assert "Row 52: refused by intake" in capsys.readouterr().err
    code, told = await imported(file, skip_bad=True)
    assert (code, told["refused"], told["added"], await count(database)) == (4, 1, 50, 50)


async def test_two_imports_of_one_file_at_once_add_it_once(
    guard: str, database: Database, tmp_path: Path
) -> None:
    file = as_csv(tmp_path / "a.csv", ROWS)
    order = Order(file=file, source=Source.GUARD)
    codes = await asyncio.gather(*(asyncio.to_thread(import_reports.run, order) for _ in range(2)))
    assert codes == [0, 0]
    assert await count(database) == 200


async def test_a_row_that_says_something_else_than_before_is_told_and_changes_nothing(
    guard: str, database: Database, tmp_path: Path
) -> None:
    await imported(as_csv(tmp_path / "a.csv", ROWS[:5]))
    code, told = await imported(as_csv(tmp_path / "a.csv", [[*ROWS[0][:3], "Rättad text"], *ROWS[1:6]]))
    assert (code, told["changed"], told["known"], told["added"]) == (4, 1, 4, 1)
    assert await count(database) == 6


async def test_a_token_of_another_source_is_refused_before_anything_is_sent(
    guard: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = as_csv(tmp_path / "a.csv", ROWS)
    with pytest.raises(CannotGoOn, match="reports as guard and this import is of staff"):
        await imported(file, source=Source.STAFF)
    monkeypatch.setenv("INTAKE_TOKEN", "unknown-token-0123456789")
    with pytest.raises(CannotGoOn, match="does not accept the token"):
        await imported(file)
    monkeypatch.delenv("INTAKE_TOKEN")
    with pytest.raises(CannotGoOn, match="A token is needed"):
        await imported(file)
    assert await count(database) == 0


async def test_rows_of_another_municipality_than_the_tokens_are_told_before_anything_is_sent(
    url: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await use_token(database, monkeypatch, "report:guard", "1984")
    file = tmp_path / "a.csv"
    file.write_text("Beskrivning;Kommun\nBråk;Arboga\nGlas;Köping\n", encoding="utf-8")
    code, told = await imported(file, undated="now")
    assert (code, told["bad"], await count(database)) == (3, 1, 0)
    code, told = await imported(file, undated="now", skip_bad=True)
    assert (code, told["added"], await count(database, "municipality = '1984'")) == (4, 1, 1)


async def test_what_intake_refuses_is_told_row_by_row(guard: str, url: str) -> None:
    sent: list[Any] = []
    letters = [Letter(2, "import:a", {"text": "Bråk"}), Letter(3, "import:b", {"text": " "})]
    await send_all(Door(url, guard), letters, sent.append, connections=2)
    outcomes = {each.letter.number: each.outcome for each in sent}
    assert outcomes == {2: Outcome.ADDED, 3: Outcome.REFUSED}


async def test_a_token_revoked_on_the_way_ends_the_import(
    guard: str, url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "TRUSTED_FOR_S", 0.0)
    await database.execute("UPDATE token SET revoked_at = now()")
    with pytest.raises(CannotGoOn, match="Intake answers 401"):
        await send_all(Door(url, guard), [Letter(2, "import:a", {"text": "Bråk"})], print, connections=2)


async def test_a_message_is_one_report_however_often_it_is_read(
    url: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await use_token(database, monkeypatch, "report:citizen")
    for number in range(3):
        text = f"From: Anna <anna@exempel.se>\nSubject: Klotter\nMessage-ID: <{number}@x>\n\nPå skolan {number}\n"
        (tmp_path / f"{number}.eml").write_text(text, encoding="utf-8")
    (tmp_path / "3.eml").write_text("From: a@x.se\nAuto-Submitted: auto-replied\n\nBorta\n", encoding="utf-8")
    order = MailOrder(path=tmp_path, folder=None, own=frozenset())
    for _ in range(2):
        assert await asyncio.to_thread(run_import_email, order) == 0
    assert await count(database, "source = 'citizen'") == 3
    assert await database.fetchval("SELECT count(*) FROM contact") == 3
    bodies = b"".join(row["body"] for row in await database.fetch("SELECT body FROM outbox"))
    assert b"anna@exempel.se" not in bodies


async def test_a_photo_in_a_message_becomes_the_reports_photo_once(
    url: str,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await use_token(database, monkeypatch, "report:citizen")
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "anna@exempel.se", "Klotter", "<9@x>"
    message.set_content("Hela väggen.")
    drawn = io.BytesIO()
    Image.effect_noise((300, 200), 80).convert("RGB").save(drawn, "JPEG")
    message.add_attachment(drawn.getvalue(), maintype="image", subtype="jpeg", filename="a.jpg")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="b.pdf")
    (tmp_path / "a.eml").write_bytes(bytes(message))
    order = MailOrder(path=tmp_path / "a.eml", folder=None, own=frozenset())
    for _ in range(2):
        assert await asyncio.to_thread(run_import_email, order) == 0
    assert (await count(database), await database.fetchval("SELECT count(*) FROM photo")) == (1, 1)
    told = " ".join(capsys.readouterr().err.split())
    assert "1 photos are with them. 1 attachments were left out" in told
    assert "1 do not say in a way that can be true when they were sent" in told


EVENT = {
    "id": 501,
    "datetime": "2026-11-20 8:05:23 +01:00",
    "name": "20 november 08.05, Brand, Köping",
    "summary": "Brand i container vid resecentrum.",
    "url": "/aktuellt/",
    "type": "Brand",
    "location": {"name": "Köping", "gps": "59.514,15.993"},
}
COUNTY = {**EVENT, "id": 502, "location": {"name": "Västmanlands län", "gps": "59.6,16.5"}}
SUMMARY = {**EVENT, "id": 503, "type": "Sammanfattning natt"}


async def test_events_of_the_police_are_added_once_from_any_shape_of_file(
    url: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await use_token(database, monkeypatch, "report:police_open_data")
    array = tmp_path / "events.json"
    array.write_text(json.dumps([EVENT, COUNTY, SUMMARY, 7]), encoding="utf-8")
    lines = tmp_path / "events.jsonl"
    lines.write_text(
        json.dumps({**EVENT, "location": None, "municipality_code": "1983"}) + "\n", encoding="utf-8"
    )
    table = tmp_path / "events.csv"
    with table.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["id", "datetime", "type", "summary", "body", "municipality_code"])
        writer.writerow([EVENT["id"], EVENT["datetime"], "Brand", EVENT["summary"], "", "1983"])
    for file in (array, lines, table, array):
        order = PoliceOrder(file=file, region=(), url="")
        assert await asyncio.to_thread(run_import_police_events, order) == 0
        assert await count(database) == 1
    assert (
        await count(database, "source = 'police_open_data' AND external_id = 'polisen-501' AND lat IS NULL")
        == 1
    )


async def test_the_police_are_asked_seldom_politely_and_for_what_is_new(
    url: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await use_token(database, monkeypatch, "report:police_open_data")
    with served_events([EVENT, COUNTY]) as (feed, asked):
        order = PoliceOrder(file=None, region=("Köping", "1984"), url=feed)
        assert await asyncio.to_thread(run_import_police_events, order) == 0
        assert await count(database) == 1
        with pytest.raises(CannotGoOn, match="wait until 60"):
            await asyncio.to_thread(run_import_police_events, order)
        assert len(asked) == 1
        monkeypatch.setattr("deploy.police_feed.SHORTEST_INTERVAL", timedelta())
        assert await asyncio.to_thread(run_import_police_events, order) == 0
    assert [each["path"] for each in asked] == ["/?locationname=K%C3%B6ping%3BArboga"] * 2
    assert [each["tag"] for each in asked] == [None, '"1"']
    assert all("vardkase" in each["agent"] for each in asked)


_IN_TRANSACTION = """
SELECT count(*) > 0 FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'vardkase-intake' AND backend_xid IS NOT NULL
"""


@asynccontextmanager
async def intake_process(dsn: str, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """As it runs in earnest."""
    environment = {
        **os.environ,
        "POSTGRES_DSN": dsn,
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "INTAKE_PORT": str(port),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.intake", env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(60), httpx.AsyncClient() as client:
            while True:
                with suppress(httpx.TransportError):
                    await client.get(f"http://127.0.0.1:{port}/health")
                    break
                await asyncio.sleep(0.1)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


@contextmanager
def served_events(events: list[Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Answers as the police's API does, and remembers what it was asked."""
    asked: list[dict[str, Any]] = []

    class Events(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tag = self.headers.get("If-None-Match")
            asked.append({"path": self.path, "tag": tag, "agent": self.headers.get("User-Agent")})
            body = b"" if tag == '"1"' else json.dumps(events).encode()
            self.send_response(304 if tag == '"1"' else 200)
            self.send_header("ETag", '"1"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Events)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def cutting_proxy(url: str, *, after: int) -> Iterator[str]:
    """Passes on `after` reports; of the next ones the request arrives and the answer is lost; then nothing gets through."""
    target = (url.rpartition(":")[0].removeprefix("http://"), int(url.rpartition(":")[2]))
    listener = socket.create_server(("127.0.0.1", 0))
    state = {"passed": 0}

    def drop(*sockets: socket.socket) -> None:
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def answer(client: socket.socket, behind: socket.socket) -> None:
        with suppress(OSError):
            while (received := behind.recv(65536)) and state["passed"] <= after:
                client.sendall(received)
        drop(client)

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(target) as behind:
            back = threading.Thread(target=answer, args=(client, behind), daemon=True)
            back.start()
            while received := client.recv(65536):
                state["passed"] += received.startswith(b"POST ")
                if state["passed"] > after + 10:
                    break
                behind.sendall(received)
            drop(client, behind)
            back.join(5)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
