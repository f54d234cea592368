"""Sending a report's photos to intake, by its tracking code. The same photo again is the same photo."""

import time
from collections.abc import Sequence
from typing import Final

import httpx

from deploy.bulk_sending import Door
from deploy.errors import CannotGoOn

_TRIES: Final = 6
_LONGEST_PAUSE_S: Final = 10.0


def send_photos(door: Door, tracking_code: str, photos: Sequence[bytes]) -> int:
    """How many intake took; it refuses what is no photo after all. Raises `CannotGoOn` when it stays away."""
    url = f"{door.url.rstrip('/')}/api/v1/reports/{tracking_code}/photos"
    with httpx.Client(timeout=60, headers={"Content-Type": "application/octet-stream"}) as client:
        return sum(_is_taken(client, url, photo) for photo in photos)


def _is_taken(client: httpx.Client, url: str, photo: bytes) -> bool:
    trouble = ""
    for attempt in range(_TRIES):
        pause_s = 0.2 * 2**attempt
        try:
            answer = client.post(url, content=photo)
        except httpx.HTTPError as error:
            trouble = type(error).__name__
        else:
            if answer.status_code not in {429, 500, 502, 503, 504}:
                return answer.is_success
            trouble, told = str(answer.status_code), answer.headers.get("retry-after", "")
            pause_s = float(told) if told.isdecimal() else pause_s
        time.sleep(min(pause_s, _LONGEST_PAUSE_S))
    raise CannotGoOn(f"Intake takes no photos right now ({trouble}): run it again later")
