"""Where the map's streets come from, if from anywhere: a server of tiles that the municipality has chosen."""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

# Only a plain host: it is written into the page's policy as it stands.
_TEMPLATE: Final = re.compile(r"https?://[A-Za-z0-9._-]+(:\d{1,5})?/[A-Za-z0-9._~!$&()*+=:@/?%{}-]*")
_PARTS: Final = ("{z}", "{x}", "{y}")
_IMAGES: Final = "img-src 'self'"


@dataclass(frozen=True, slots=True)
class Tiles:
    """`url` has {z}, {x} and {y}. `attribution` is what the owner of the map wants said."""

    url: str
    attribution: str

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def as_json(self) -> dict[str, Any]:
        return {"url": self.url, "attribution": self.attribution}


def checked_tile_url(url: str) -> str:
    """Raises `ValueError`."""
    known = set(re.findall(r"\{[^}]*\}", url))
    if not _TEMPLATE.fullmatch(url) or not known.issuperset(_PARTS) or known - {*_PARTS, "{r}"}:
        raise ValueError(
            "give an address such as https://tiles.example.se/{z}/{x}/{y}.png, with {z}, {x} and {y}"
        )
    return url


def policy_with(policy: str, tiles: Tiles | None) -> str:
    """The page's policy, with pictures from that one server too."""
    return policy if tiles is None else policy.replace(_IMAGES, f"{_IMAGES} {tiles.origin}", 1)
