"""Where an import hands in its reports, and with whose token."""

import json
import os
from pathlib import Path
from typing import Final

from deploy.bulk_sending import Door, Shown, show_token
from deploy.errors import CannotGoOn

VARIABLE: Final = "INTAKE_TOKEN"


def open_door(source: str, token_file: Path | None) -> tuple[Door, Shown]:
    """The token must be one of that source, so that reported and discovered never mix. Raises `CannotGoOn`."""
    door = Door(_url(), _token(source, token_file))
    shown = show_token(door)
    if shown.source != source:
        raise CannotGoOn(
            f"The token reports as {shown.source} and this import is of {source}: what was discovered and what was reported "
            f"never mix. Make one with `vardkase tokens create NAME --scope report:{source}`."
        )
    return door, shown


def _url() -> str:
    from deploy.services import service_ports
    from shared.topics import Service

    return os.environ.get("INTAKE_URL") or f"http://127.0.0.1:{service_ports()[Service.INTAKE]}"


def _token(source: str, token_file: Path | None) -> str:
    token = _from_file(token_file) or os.environ.get(VARIABLE, "").strip() or _of_installation(source)
    if not token:
        raise CannotGoOn(
            f"A token is needed: make one with `vardkase tokens create NAME --scope report:{source}` and give it in "
            f"{VARIABLE} or with --token-file."
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise CannotGoOn("The token holds characters that no token has: give it alone, on one line.")
    return token


def _from_file(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotGoOn(f"The token can't be read from {file}: {error}.") from error


def _of_installation(source: str) -> str:
    """Of INTAKE_TOKENS, or of what runs from this folder."""
    from deploy.local.secrets_file import INTAKE_SOURCES, Secrets
    from deploy.local.settings import LocalSettings
    from deploy.running import in_use

    try:
        given = json.loads(os.environ.get("INTAKE_TOKENS") or "{}")
    except ValueError as error:
        raise CannotGoOn("INTAKE_TOKENS is not JSON: give an object of source and token.") from error
    if isinstance(given, dict) and given.get(source):
        return str(given[source])
    kept = in_use(LocalSettings.load()).state / "secrets.json"
    if source not in INTAKE_SOURCES or "INTAKE_URL" in os.environ or not kept.exists():
        return ""
    return Secrets.open(kept).intake_tokens[source]
