"""Bundle what the citizen's form brings from a library: the worker that solves a challenge."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from deploy.frontend import REPOSITORY, Progress, install, is_current, run_node

WEB: Final = REPOSITORY / "services" / "intake" / "web"
WORKER: Final = "guard-worker.js"
_SOURCES: Final = (WEB / "package.json", WEB / "package-lock.json", WEB / "src")


def build_form_frontend(
    *, progress: Progress = print, web: Path = WEB, sources: tuple[Path, ...] = _SOURCES
) -> bool:
    """True when something was built, False when it already was newer than its sources. Raises `FrontendError`."""
    if is_current([web / "dist" / WORKER], sources):
        return False
    if not is_current([web / "node_modules" / ".package-lock.json"], (web / "package-lock.json",)):
        install(web, progress, "--omit=dev")
    progress("Bundling the form's worker …")
    _bundle(web)
    return True


def _bundle(web: Path) -> None:
    """The old one is replaced only when the new one is whole."""
    work = Path(tempfile.mkdtemp(dir=web / "node_modules", prefix=".bundle-"))
    run_node(
        [
            "node_modules/esbuild/bin/esbuild",
            f"src/{WORKER}",
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--legal-comments=linked",
            "--log-level=warning",
            f"--outdir={work}",
        ],
        web,
    )
    (web / "dist").mkdir(exist_ok=True)
    for made in work.iterdir():
        made.replace(web / "dist" / made.name)
    shutil.rmtree(work)
