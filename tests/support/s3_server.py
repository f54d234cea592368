"""A server that speaks S3, as a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from deploy.local.preflight import free_port
from services.intake.photos.settings import PhotoSettings

BUCKET = "vardkase"


@dataclass(frozen=True, slots=True)
class S3Server:
    url: str
    process: "subprocess.Popen[bytes]"

    @property
    def settings(self) -> PhotoSettings:
        return PhotoSettings.model_validate(
            {
                "store": f"s3://{BUCKET}/koping",
                "s3_endpoint": self.url,
                "s3_access_key": "test",
                "s3_secret_key": "test",
            }
        )

    def keys(self) -> list[str]:
        listed = httpx.get(f"{self.url}/{BUCKET}?list-type=2").text
        return [part.split("</Key>")[0] for part in listed.split("<Key>")[1:]]

    def object(self, key: str) -> bytes:
        return httpx.get(f"{self.url}/{BUCKET}/{key}").content

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def s3_server() -> Iterator[S3Server]:
    port = free_port()
    server = S3Server(
        f"http://127.0.0.1:{port}",
        subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ),
    )
    try:
        _make_bucket(server.url)
        yield server
    finally:
        server.stop()


def _make_bucket(url: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx.put(f"{url}/{BUCKET}").raise_for_status()
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
