"""A further language is one file: the whole form and all that follows it speak it, and what the file lacks is in English."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from pydantic import SecretStr

from services.intake.app import create_app
from services.intake.domain.questions import categories_asked, questions_for
from services.intake.settings import IntakeSettings
from services.intake.texts import TEXTS_FOLDER, lacks, use_languages
from shared.categories import load_categories
from shared.errors import CannotStart

MARK = "»"
# What is nobody's language: codes, numbers, names of languages, credits.
_NOT_WORDS = re.compile(
    r"[\W\d_]*|[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}|Svenska|English|Språk / Language|Köping|Kolsva"
)
_SHOWN = ("aria-label", "title", "placeholder", "alt")
_UNREAD = {"style", "script"}


def marked(node: Any) -> Any:
    """As a language of its own: each text as in English, with a mark before it."""
    if isinstance(node, dict):
        return {key: marked(child) for key, child in node.items()}
    return [marked(child) for child in node] if isinstance(node, list) else f"{MARK}{node}"


def finnish() -> dict[str, Any]:
    told: dict[str, Any] = marked(yaml.safe_load((TEXTS_FOLDER / "en.yaml").read_text(encoding="utf-8")))
    told["language_name"] = "Suomi"
    told["categories"] = {code.value: f"{MARK}{each.en}" for code, each in load_categories().items()}
    told["questions"] = {
        ".".join(filter(None, (question.code, choice))): MARK + (choice or question.code)
        for question in {
            each.code: each for code in categories_asked() for each in questions_for(code)
        }.values()
        for choice in ("", *(each.code for each in question.choices))
    }
    return told


@asynccontextmanager
async def speaking(
    folder: Path, dsn: str = "postgresql://127.0.0.1:1/none"
) -> AsyncIterator[httpx.AsyncClient]:
    values = {"postgres_dsn": SecretStr(dsn), "stop_timeout_s": 2, "languages_folder": folder}
    app = create_app(IntakeSettings.model_validate(values))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://intake") as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    yield
    use_languages(None)


def write(folder: Path, told: Any, name: str = "fi.yaml") -> Path:
    (folder / name).write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return folder


class Reader(HTMLParser):
    """Collects what is read, seen or heard."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside.append(tag)
        self.read += [value or "" for name, value in attrs if name in _SHOWN and not _is_moment(value or "")]

    def handle_data(self, data: str) -> None:
        if not self._inside or self._inside[-1] not in _UNREAD:
            self.read.append(" ".join(data.split()))


def _is_moment(value: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", value))


def untold(page: str) -> list[str]:
    """What stands there in no Finnish."""
    reader = Reader()
    reader.feed(page)
    return [each for each in reader.read if MARK not in each and not _NOT_WORDS.fullmatch(each)]


async def test_the_whole_way_of_a_report_speaks_a_language_that_is_one_file(
    tmp_path: Path, fresh_postgres_dsn: str
) -> None:
    form = {"text": "Roskat", "when": "now", "token": "t", "category": "fire"}
    async with speaking(write(tmp_path, finnish()), fresh_postgres_dsn) as intake:
        pages = {"form": await intake.get("/", headers={"accept-language": "fi-FI,sv;q=0.3"})}
        assert '<html lang="fi">' in pages["form"].text
        assert 'hreflang="fi">Suomi</a>' in (await intake.get("/?lang=sv")).text
        wrong = {**form, "text": "", "when": "earlier", "occurred_at": "x", "email": "x", "phone": "x"}
        pages["faults"] = await intake.post("/?lang=fi", data=wrong)
        pages["check"] = await intake.post("/?lang=fi", data=form)
        sent = await intake.post("/?lang=fi", data={**form, "step": "confirmed"})
        assert "lang=fi" in sent.headers["location"]
        pages["sent"] = await intake.get(sent.headers["location"])
        here = sent.headers["location"].split("?")[0]
        pages["nothing added"] = await intake.post(f"{here}/add?lang=fi", data={"token": "a"})
        pages["withdraw"] = await intake.get(f"{here}/withdraw?lang=fi")
        await intake.post(f"{here}/withdraw?lang=fi")
        pages["gone"] = await intake.get(f"{here}?lang=fi")
        pages["look up"] = await intake.get("/follow?lang=fi")
        pages["unknown"] = await intake.get("/follow?code=x&lang=fi")
        pages["problem"] = await intake.post(
            "/?lang=fi", content=b"x", headers={"content-type": "text/plain"}
        )
    assert [name for name, page in pages.items() if page.status_code >= 500] == []
    assert {name: left for name, page in pages.items() if (left := untold(page.text))} == {}


async def test_what_a_file_lacks_is_told_in_english_and_named_at_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = finnish()
    del told["form"]["title"]
    del told["categories"]
    use_languages(write(tmp_path, told))
    assert lacks("fi") == ["form.title"]
    assert "texts_incomplete" in capsys.readouterr().out
    async with speaking(tmp_path) as intake:
        page = (await intake.get("/?lang=fi")).text
    assert "<h1>Tell us what you have seen</h1>" in page
    assert f"{MARK}Follow a report that you have already sent" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"form": {"titel": "x"}}, "has form.titel"),
        ({"municipality": "kunta"}, "same placeholders at municipality as en.yaml: {name}"),
        ({"municipality": "{nimi}"}, "same placeholders at municipality"),
        ({"municipality": "{"}, "same placeholders at municipality"),
        ({"skip": {"a": "b"}}, "something else than en.yaml at skip"),
        ({"site": None}, "something else than en.yaml at site"),
    ],
)
def test_what_would_fail_in_a_page_is_refused_at_start(tmp_path: Path, change: Any, words: str) -> None:
    with pytest.raises(CannotStart) as refused:
        use_languages(write(tmp_path, change))
    assert words in str(refused.value)
    assert "fi.yaml" in str(refused.value)


def test_a_file_that_cannot_be_read_or_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "fi.yaml").write_bytes(b"a: [\xff")
    with pytest.raises(CannotStart, match=r"fi\.yaml can't be read"):
        use_languages(tmp_path)
    (tmp_path / "fi.yaml").write_text("- a", encoding="utf-8")
    with pytest.raises(CannotStart, match="holds no texts"):
        use_languages(tmp_path)
    with pytest.raises(CannotStart, match="INTAKE_LANGUAGES_FOLDER"):
        use_languages(tmp_path / "nowhere")
