"""A small server of map tiles, and what it was asked for by whom."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

from PIL import Image


@dataclass
class TileServer:
    url: str = ""
    fails: bool = False
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def template(self) -> str:
        return f"{self.url}/tiles/{{z}}/{{x}}/{{y}}.png"


def _tile() -> bytes:
    picture = Image.new("RGB", (256, 256), "#f4f1ea")
    for place in range(0, 256, 32):
        picture.paste("#c8c0b0", (place, 0, place + 3, 256))
        picture.paste("#c8c0b0", (0, place, 256, place + 3))
    kept = BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


@contextmanager
def tile_server() -> Iterator[TileServer]:
    served, tile = TileServer(), _tile()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            served.headers.append({name.lower(): value for name, value in self.headers.items()})
            if served.fails:
                self.send_error(503)
                return
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(tile)))
            self.end_headers()
            self.wfile.write(tile)

        def log_message(self, *_: object) -> None:
            """Nothing: the test looks at what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, name="tiles")
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
