"""How many photos a second are drawn anew, sealed and laid down, and in how much memory: `python -m bench.photos [--photos 40]`.

Beside it, in the same run: plain Pillow in one process, which opens each photo, makes it small twice and writes it, with no limits,
no sealing and no disk. The photos are made by a seed; half of them as a phone of 12 megapixels takes them, a quarter of 48, a
quarter as HEIC. The last line is JSON.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
import psutil
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from services.intake.photos.depot import Depot
from services.intake.photos.sealing import About, Reference, seal
from services.intake.photos.settings import PhotoSettings
from services.intake.photos.studio import Studio
from shared.identity import new_id

_ORDER: Final = (("JPEG", 4000, 3000), ("HEIF", 4000, 3000), ("JPEG", 4000, 3000), ("JPEG", 8000, 6000))


def photos(number: int) -> Iterator[bytes]:
    """Grain on soft shapes, about as large in bytes as photos are."""
    random = np.random.default_rng(7)
    made: dict[tuple[str, int, int], bytes] = {}
    for at in range(number):
        kind = _ORDER[at % len(_ORDER)]
        if kind not in made:
            made[kind] = _photo(random, *kind)
        yield made[kind]


def _photo(random: Any, kind: str, width: int, height: int) -> bytes:
    shapes = random.integers(0, 255, (height // 100, width // 100, 3), dtype=np.uint8)
    drawn = Image.fromarray(shapes).resize((width, height), Image.Resampling.BICUBIC)
    grain = random.integers(-6, 7, (height, width, 1), dtype=np.int16)
    grainy = np.clip(np.asarray(drawn, dtype=np.int16) + grain, 0, 255).astype(np.uint8)
    exif, file = Image.Exif(), BytesIO()
    exif[0x0112] = 6
    Image.fromarray(grainy).save(file, kind, quality=88, exif=exif.tobytes())
    return file.getvalue()


async def kept(given: list[bytes], processes: int) -> dict[str, float]:
    """As the service does it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = PhotoSettings(store=str(Path(folder) / "photos"), processes=processes, queue=1000)
        studio, depot, times = Studio(settings), Depot(settings), []
        await asyncio.gather(*(studio.redraw(given[0]) for _ in range(processes)))

        async def keep(photo: bytes) -> None:
            began = time.perf_counter()
            drawn = await studio.redraw(photo)
            reference = Reference(new_id(), b"k" * 32)
            about = About(b"d" * 32, drawn.width, drawn.height, len(drawn.thumbnail), len(drawn.display))
            await depot.put(
                reference.photo_id, seal(reference, about.written + drawn.thumbnail + drawn.display)
            )
            times.append(time.perf_counter() - began)

        began = time.perf_counter()
        turns = asyncio.Semaphore(processes)

        async def in_turn(photo: bytes) -> None:
            async with turns:
                await keep(photo)

        await asyncio.gather(*(in_turn(photo) for photo in given))
        took = time.perf_counter() - began
        peak = max(_peak_mb(child) for child in psutil.Process().children())
        await studio.stop()
    return {"per_s": len(given) / took, "p50_ms": median(times) * 1000, "process_peak_mb": peak}


def _peak_mb(process: psutil.Process) -> float:
    status = Path(f"/proc/{process.pid}/status")
    if not status.is_file():
        return process.memory_info().rss / 1e6
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def plain(given: list[bytes]) -> dict[str, float]:
    register_heif_opener()
    began = time.perf_counter()
    for photo in given:
        drawn = ImageOps.exif_transpose(Image.open(BytesIO(photo))).convert("RGB")
        for longest in (2048, 400):
            drawn.thumbnail((longest, longest), Image.Resampling.LANCZOS)
            drawn.save(BytesIO(), "JPEG", quality=85, progressive=True)
    took = time.perf_counter() - began
    return {"per_s": len(given) / took, "peak_mb": _peak_mb(psutil.Process())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args()
    given = list(photos(asked.photos))
    size_mb = sum(map(len, given)) / 1e6
    before_mb = psutil.Process().memory_info().rss / 1e6
    ours = asyncio.run(kept(given, asked.processes))
    after_mb = psutil.Process().memory_info().rss / 1e6
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        beside = apart.submit(plain, given).result()
    print(
        f"{len(given)} photos, {size_mb:.0f} MB, {asked.processes} drawing process(es), on {psutil.cpu_count()} cores"
    )
    print(
        f"kept: {ours['per_s']:.2f} photos/s, median {ours['p50_ms']:.0f} ms, the process at most {ours['process_peak_mb']:.0f} MB"
    )
    print(f"the service itself: {after_mb - before_mb:+.0f} MB beside the photos in hand")
    print(
        f"plain Pillow in one process: {beside['per_s']:.2f} photos/s, ratio {ours['per_s'] / beside['per_s']:.2f}, at most {beside['peak_mb']:.0f} MB"
    )
    json.dump({"ours": ours, "plain": beside, "service_growth_mb": after_mb - before_mb}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
