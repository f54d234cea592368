"""A real HTTP server that speaks Nominatim's search API, as far as it is asked here, and remembers every question."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Searched:
    """`asked`: the parameters of each question; `paths`: as they came, with everything; `agents`: who asked.

    `answers`: by the words before the first comma; a status and headers instead of an answer is given as they are.
    """

    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    fails: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    content: bytes | None = None
    held: threading.Event | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    on_question: Callable[[], None] = lambda: None
    url: str = ""

    @property
    def queries(self) -> list[str]:
        return [each["q"] for each in self.asked]


@contextmanager
def nominatim() -> Iterator[Searched]:
    state = Searched()

    class Searching(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.paths.append(self.path)
            parts = urlsplit(self.path)
            question = {name: values[0] for name, values in parse_qs(parts.query).items()}
            state.asked.append(question)
            state.agents.append(self.headers["user-agent"])
            state.on_question()
            if state.held is not None:
                state.held.wait(30)
            status, headers = state.fails.pop(0) if state.fails else (200, {})
            found = state.answers.get(question["q"].partition(",")[0], [])
            content = json.dumps(found).encode() if state.content is None else state.content
            self.send_response(status if parts.path == "/search" else 404)
            for name, value in {**headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:  # whoever asked did not wait
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Searching)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        if state.held is not None:
            state.held.set()
        server.shutdown()
        server.server_close()
        serving.join()


def found(
    name: str,
    lat: float,
    lon: float,
    *,
    kind: str = "residential",
    category: str = "highway",
    road: str = "",
    number: str = "",
    town: str = "Köping",
    municipality: str = "Köpings kommun",
    reach: float = 0.001,
) -> dict[str, Any]:
    """One answer in the server's own shape (`format=json`, `addressdetails=1`). `reach`: degrees to each side."""
    address = {"road": road or name, "town": town, "municipality": municipality, "country_code": "se"}
    return {
        "place_id": 1,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "osm_type": "way",
        "osm_id": 2,
        "boundingbox": [str(lat - reach), str(lat + reach), str(lon - reach), str(lon + reach)],
        "lat": str(lat),
        "lon": str(lon),
        "display_name": f"{number or name}, {town}, Västmanlands län, Sverige",
        "class": category,
        "type": kind,
        "importance": 0.1,
        "addresstype": "road",
        "name": "" if number else name,
        "address": {**address, **({"house_number": number} if number else {})},
    }
