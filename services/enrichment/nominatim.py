"""Asks a server that speaks Nominatim's search API, by geopy. Loaded only where an online geocoder is set."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import orjson
from geopy.adapters import AdapterHTTPError, BaseAsyncAdapter
from geopy.exc import (
    GeocoderParseError,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from geopy.geocoders import Nominatim
from pydantic import ValidationError

from services.enrichment.geocoder.online import MOST_HITS, Asked, Hit

_LONGEST_ANSWER: Final = 200_000
_TOWNS: Final = ("city", "town", "village")


class Unanswered(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The server gave no answer that can be used. `rest_s`: how long it asks to be left alone, when it says so."""

    def __init__(self, why: str, rest_s: float | None = None) -> None:
        super().__init__(why)
        self.why, self.rest_s = why, rest_s


class HttpxAdapter(BaseAsyncAdapter):  # type: ignore[misc]  # geopy comes without types
    """No redirects, so that nobody but the server that was consented to is ever asked; a limit to time and size of all of it."""

    def __init__(self, *, proxies: Mapping[str, str] | None, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._client = httpx.AsyncClient(follow_redirects=False)

    async def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:  # noqa: ASYNC109 - geopy's signature
        try:
            return orjson.loads(await self.get_text(url, timeout=timeout, headers=headers))
        except ValueError as error:
            raise GeocoderParseError("the answer is no JSON") from error

    async def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:  # noqa: ASYNC109 - as above
        try:
            async with (
                asyncio.timeout(timeout),
                self._client.stream("GET", url, headers=headers, timeout=timeout) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    raise AdapterHTTPError(
                        "not answered", status_code=response.status_code, headers=response.headers, text=""
                    )
                return (await _content(response)).decode(errors="replace")
        except (TimeoutError, httpx.TimeoutException) as error:
            raise GeocoderTimedOut("no answer in time") from error
        except httpx.TransportError as error:
            raise GeocoderUnavailable("cannot be reached") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise GeocoderServiceError("not answered") from error

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()


async def _content(response: httpx.Response) -> bytes:
    content = b""
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > _LONGEST_ANSWER:
            raise GeocoderParseError("the answer is too long")
    return content


class Server:
    """One server. `url` without `/search`."""

    def __init__(self, url: str, user_agent: str) -> None:
        parts = urlsplit(url)
        self.name = f"{parts.netloc}{parts.path}".rstrip("/")
        self._nominatim = Nominatim(
            domain=self.name, scheme=parts.scheme, user_agent=user_agent, adapter_factory=HttpxAdapter
        )

    async def ask(self, asked: Asked, timeout_s: float) -> tuple[Hit, ...]:
        """Raises `Unanswered`."""
        try:
            found = await self._nominatim.geocode(
                asked.query,
                exactly_one=False,
                limit=MOST_HITS,
                addressdetails=True,
                language="sv",
                country_codes="se",
                viewbox=asked.around,
                timeout=timeout_s,
            )
            return tuple(_hit(each.raw) for each in found or ())
        except GeocoderRateLimited as error:
            raise Unanswered("too many questions", error.retry_after) from error
        except GeocoderTimedOut as error:
            raise Unanswered("no answer in time") from error
        except GeocoderParseError as error:
            raise Unanswered("the answer cannot be read") from error
        except GeopyError as error:
            raise Unanswered("the server failed or cannot be reached") from error
        except (ValidationError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise Unanswered("the answer cannot be read") from error

    async def close(self) -> None:
        await self._nominatim.__aexit__(None, None, None)


def _hit(raw: Mapping[str, Any]) -> Hit:
    south, north, west, east = map(float, raw["boundingbox"])
    address: Mapping[str, str] = raw.get("address") or {}
    return Hit(
        lat=float(raw["lat"]),
        lon=float(raw["lon"]),
        south=south,
        north=north,
        west=west,
        east=east,
        category=raw.get("category") or raw.get("class") or "",
        kind=raw.get("type") or "",
        name=raw.get("name") or str(raw.get("display_name", "")).partition(",")[0],
        road=address.get("road", ""),
        house_number=address.get("house_number", ""),
        town=next((address[each] for each in _TOWNS if each in address), ""),
        municipality=address.get("municipality", ""),
    )
