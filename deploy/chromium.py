"""Chromium for the browser tests: one that is there, else Debian's own package when we are root.

`python -m deploy.chromium` prints its path.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from deploy.errors import CannotGoOn

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_PATHS: Final = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)


def find(environment: Mapping[str, str]) -> Path | None:
    """CHROMIUM_PATH if set, else the first known name on the path. A path that is set and wrong is an error."""
    given = environment.get("CHROMIUM_PATH")
    if given:
        if not os.access(given, os.X_OK):
            raise CannotGoOn(
                f"The setting CHROMIUM_PATH is {given!r}, where no program is: set it right, or unset it."
            )
        return Path(given)
    found = next(filter(None, (shutil.which(name, path=environment.get("PATH")) for name in NAMES)), None)
    if found:
        return Path(found)
    return next((path for path in MAC_PATHS if path.exists()), None)


def ensure() -> Path:
    path = find(os.environ)
    if path is None and _may_install():
        _install()
        path = find(os.environ)
    if path is None:
        raise CannotGoOn(
            "The browser tests need Chromium: install it (Debian, Ubuntu: `sudo apt-get install chromium`; "
            "Fedora: `sudo dnf install chromium`; macOS: `brew install --cask chromium`), "
            "or set CHROMIUM_PATH to a Chrome or Chromium you have."
        )
    return path


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install() -> None:
    print("Installing Debian's chromium package for the browser tests …", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium"]):
        try:
            subprocess.run(["apt-get", *arguments], check=True, env=environment, stdout=sys.stderr)
        except subprocess.CalledProcessError as error:
            raise CannotGoOn(
                f"`apt-get {' '.join(arguments)}` failed with code {error.returncode}: mend that, or set CHROMIUM_PATH "
                "to a Chrome or Chromium you have."
            ) from error


if __name__ == "__main__":
    try:
        print(ensure())
    except CannotGoOn as reason:
        sys.exit(str(reason))
