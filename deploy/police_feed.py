"""Asking the police's open API for events: seldom, by name, and never for the same answer twice."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from deploy.errors import CannotGoOn

API: Final = "https://polisen.se/api/events"
# The police ask for no more than one request in ten seconds and sixty in an hour.
SHORTEST_INTERVAL: Final = timedelta(seconds=60)
_MAX_BYTES: Final = 8 * 1024 * 1024
_HEADERS: Final = {
    "User-Agent": "vardkase (a municipality's situation picture)",
    "Accept": "application/json",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """`events` None: nothing new since the last time."""

    events: Sequence[Any] | None
    tag: str | None
    at: datetime


class PoliceFeed:
    """Remembers in `memory` when it asked and which answer it had. `places`: names of municipalities; none is all of Sweden."""

    def __init__(self, memory: Path, places: Sequence[str], url: str = API) -> None:
        self._memory, self._places, self._url = memory, tuple(places), url

    def ask(self, now: datetime) -> Asked:
        """Raises `CannotGoOn`, also when the last request was a moment ago."""
        before = self._remembered()
        self._require_patience(before, now)
        tag = before.get("tag") if before.get("places") == list(self._places) else None
        self._remember({**before, "at": now.isoformat()})
        try:
            return self._answered(tag, now)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CannotGoOn(
                f"{self._url} cannot be reached ({type(error).__name__}): try again later, or import a file."
            ) from error

    def accepted(self, asked: Asked) -> None:
        """To be called when intake has every event, so that none is passed over after a break."""
        self._remember({"at": asked.at.isoformat(), "tag": asked.tag, "places": list(self._places)})

    def _answered(self, tag: str | None, now: datetime) -> Asked:
        headers = {**_HEADERS, "If-None-Match": tag} if tag else _HEADERS
        parameters = {"locationname": ";".join(self._places)} if self._places else None
        with httpx.stream("GET", self._url, params=parameters, headers=headers, timeout=30) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return Asked(None, tag, now)
            if answer.status_code != httpx.codes.OK:
                raise CannotGoOn(
                    f"{self._url} answers {answer.status_code}: try again later, or import a file."
                )
            body = bytearray()
            for part in answer.iter_bytes():
                body += part
                if len(body) > _MAX_BYTES:
                    raise CannotGoOn(f"{self._url} answers with more than {_MAX_BYTES // 2**20} MB.")
        return Asked(self._events(bytes(body)), answer.headers.get("etag"), now)

    def _events(self, body: bytes) -> Sequence[Any]:
        try:
            events = json.loads(body)
        except (ValueError, RecursionError):
            events = None
        if not isinstance(events, list):
            raise CannotGoOn(f"{self._url} does not answer with a list of events.")
        return events

    def _require_patience(self, before: Mapping[str, Any], now: datetime) -> None:
        try:
            waited = now - datetime.fromisoformat(before["at"])
        except (KeyError, TypeError, ValueError):
            return
        if timedelta() <= waited < SHORTEST_INTERVAL:
            raise CannotGoOn(
                f"The police were asked {waited.seconds} seconds ago: wait until "
                f"{SHORTEST_INTERVAL.seconds} have passed."
            )

    def _remembered(self) -> dict[str, Any]:
        try:
            told = json.loads(self._memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def _remember(self, what: Mapping[str, Any]) -> None:
        try:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            draft = self._memory.with_suffix(".draft")
            draft.write_text(json.dumps(what), encoding="utf-8")
            draft.replace(self._memory)
        except OSError as error:
            raise CannotGoOn(f"{self._memory} can't be written ({error}): set VARDKASE_STATE.") from error
