"""The process beside the service answers as the service itself would, and is replaced when it dies."""

import contextlib

import psutil
import pytest

from services.enrichment.domain import Understanding
from services.enrichment.reading import ProcessReader, ThreadReader
from shared.errors import Retry
from shared.events import Point
from tests.support.enrichment import received

REPORTS = [
    received("Det brinner i en container bakom skolan i Kolsva sedan igår kväll, barn i närheten"),
    received("Hm", place="Inre hamnen", point=Point(lat=59.51, lon=16.0, accuracy_m=30)),
    received("Someone stole my bike outside the swimming hall in Köping, 1984", municipality="1984"),
]


async def test_it_answers_to_the_last_digit_as_a_thread_would() -> None:
    reader = ProcessReader(0.5)
    await reader.start()
    try:
        thread = ThreadReader(Understanding.load(0.5))
        assert await reader.read(REPORTS) == await thread.read(REPORTS)
        assert reader.versions == thread.versions
    finally:
        await reader.close()


async def test_one_that_died_is_replaced_and_the_batch_is_tried_again() -> None:
    reader = ProcessReader(0.5)
    await reader.start()
    try:
        assert reader._child is not None
        first = psutil.Process(reader._child.pid)
        first.kill()
        with contextlib.suppress(
            Retry
        ):  # the stream tries the batch again; none when the death was seen before
            await reader.read(REPORTS)
        assert len(await reader.read(REPORTS)) == len(REPORTS)
    finally:
        second = reader._child
        await reader.close()
    assert second is not None
    assert second.poll() == 0


async def test_what_cannot_be_loaded_is_told(tmp_path) -> None:
    with pytest.raises((OSError, ValueError)):
        await ProcessReader(0.5, tmp_path / "no_such_gazetteer").start()
