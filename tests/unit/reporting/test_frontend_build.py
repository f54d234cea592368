"""The page is built from the lock file with the packaged Node.js, and only when something changed."""

import json
import os
import re
from pathlib import Path

import pytest

from deploy import frontend
from deploy.frontend import BUNDLES, WEB, FrontendError, build_frontend, explain, is_current, run_node

SCRIPT_TESTS = Path(__file__).parent / "frontend"


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A page whose bundle is newer than its sources."""
    for name, at in (("package.json", 100), ("package-lock.json", 100), ("src/main.ts", 100)):
        _write(tmp_path / name, at)
    _write(tmp_path / "node_modules" / ".package-lock.json", 200)
    for name in BUNDLES:
        _write(tmp_path / "dist" / name, 300)
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been run, instead of running it."""
    done: list[str] = []
    monkeypatch.setattr(frontend, "run_npm", lambda arguments, _: done.append(f"npm {arguments[0]}"))
    monkeypatch.setattr(frontend, "bundle", lambda *_: done.append("bundle"))
    return done


def _write(path: Path, at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    os.utime(path, (at, at))


def _build(web: Path) -> bool:
    sources = (web / "package.json", web / "package-lock.json", web / "src")
    return build_frontend(progress=lambda _: None, web=web, sources=sources)


def test_nothing_is_done_when_the_bundle_is_newer_than_its_sources(web: Path, asked: list[str]) -> None:
    assert _build(web) is False
    assert asked == []


def test_a_changed_source_is_bundled_without_installing_again(web: Path, asked: list[str]) -> None:
    _write(web / "src" / "main.ts", 400)
    assert _build(web) is True
    assert asked == ["bundle"]


def test_a_changed_lock_is_installed_and_bundled(web: Path, asked: list[str]) -> None:
    _write(web / "package-lock.json", 400)
    assert _build(web) is True
    assert asked == ["npm ci", "bundle"]


@pytest.mark.parametrize("missing", BUNDLES)
def test_a_bundle_that_lacks_a_file_is_built_again(web: Path, asked: list[str], missing: str) -> None:
    (web / "dist" / missing).unlink()
    assert _build(web) is True
    assert asked == ["bundle"]


def test_a_file_as_old_as_its_source_is_current(tmp_path: Path) -> None:
    _write(tmp_path / "source", 100)
    _write(tmp_path / "built", 100)
    assert is_current([tmp_path / "built"], (tmp_path / "source",))


def test_what_node_says_is_passed_on_when_it_fails(tmp_path: Path) -> None:
    with pytest.raises(FrontendError, match="no such luck"):
        run_node(["-e", "console.error('no such luck'); process.exit(3)"], tmp_path)


def test_an_unreachable_registry_is_said_in_one_sentence() -> None:
    said = explain(["npm", "ci"], "npm error code ENOTFOUND")
    assert said.startswith("The package registry can't be reached.")


def test_the_lock_names_no_host_and_holds_a_checksum_of_every_package() -> None:
    text = (WEB / "package-lock.json").read_text()
    assert "://" not in re.sub(r'"url": "[^"]+"', "", text)
    packages = json.loads(text)["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for path, package in packages.items() if path)


def test_the_lock_serves_the_machines_we_promise() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    for machine in ("linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"):
        assert f"node_modules/@esbuild/{machine}" in packages


def test_the_scripts_keep_their_own_tests() -> None:
    files = sorted(str(path) for path in SCRIPT_TESTS.glob("*.test.mjs"))
    assert files
    run_node(["--test", "--test-reporter=dot", *files], SCRIPT_TESTS)


def test_a_new_bundle_replaces_the_old_one_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path / "dist" / "left-over.js", 100)
    (tmp_path / "node_modules").mkdir()

    def write_bundle(arguments: list[str], _: Path) -> None:
        folder = next(each.removeprefix("--outdir=") for each in arguments if each.startswith("--outdir="))
        _write(Path(folder) / "picture.js", 200)

    monkeypatch.setattr(frontend, "run_node", write_bundle)
    frontend.bundle(tmp_path, tmp_path / "dist")
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["picture.js"]
    assert list((tmp_path / "node_modules").iterdir()) == []
