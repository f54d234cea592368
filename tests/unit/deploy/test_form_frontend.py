"""The form's worker is bundled when what it is made of is newer, and not otherwise."""

import os
from pathlib import Path
from typing import Any

import pytest

from deploy import form_frontend
from deploy.form_frontend import WORKER, build_form_frontend


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / WORKER).write_text("// source")
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / ".package-lock.json").write_text("{}")

    def write(arguments: list[str], folder: Path) -> None:
        out = next(each for each in arguments if each.startswith("--outdir="))
        Path(out.removeprefix("--outdir="), WORKER).write_text("// bundled")

    monkeypatch.setattr(form_frontend, "run_node", write)
    return tmp_path


def build(web: Path, **more: Any) -> bool:
    return build_form_frontend(progress=lambda _: None, web=web, sources=(web / "src",), **more)


def test_it_is_built_once_and_again_when_its_source_is_newer(web: Path) -> None:
    assert build(web)
    assert not build(web)
    assert (web / "dist" / WORKER).read_text() == "// bundled"
    built_at = (web / "dist" / WORKER).stat().st_mtime
    os.utime(web / "src" / WORKER, (built_at + 10, built_at + 10))
    assert build(web)
    assert [each.name for each in (web / "node_modules").iterdir()] == [".package-lock.json"]
