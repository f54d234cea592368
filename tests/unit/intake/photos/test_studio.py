"""The processes that draw: what one photo may cost, and that the service goes on whatever becomes of them."""

import asyncio
from collections.abc import AsyncIterator

import psutil
import pytest
import pytest_asyncio
from PIL import Image

from services.intake.photos.faults import BadPhoto, Busy, Fault
from services.intake.photos.settings import PhotoSettings
from services.intake.photos.studio import Studio
from tests.support.photos import photo
from tests.unit.intake.photos.test_redrawing import saved


@pytest_asyncio.fixture
async def studio() -> AsyncIterator[Studio]:
    running = Studio(PhotoSettings())
    yield running
    await running.stop()


def drawing() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "redrawing_process" in " ".join(each.cmdline())]


async def test_a_photo_that_takes_too_long_ends_its_process_and_the_next_has_another() -> None:
    settings = PhotoSettings(timeout_s=0.001)
    studio = Studio(settings)
    with pytest.raises(BadPhoto) as caught:
        await studio.redraw(photo(size=(4000, 3000)))
    assert caught.value.fault is Fault.TOO_HARD
    assert drawing() == []
    await studio.stop()


async def test_a_photo_that_takes_too_much_memory_is_refused_and_the_process_lives_or_is_replaced() -> None:
    studio = Studio(PhotoSettings(memory_mb=400))
    large = saved(Image.new("RGBA", (7900, 7900)), "PNG")
    with pytest.raises(BadPhoto) as caught:
        await studio.redraw(large)
    assert caught.value.fault is Fault.TOO_HARD
    assert (await studio.redraw(photo())).width == 640
    await studio.stop()


async def test_a_process_that_dies_takes_one_photo_with_it(studio: Studio) -> None:
    await studio.redraw(photo())
    (first,) = drawing()
    first.kill()
    with pytest.raises(BadPhoto):
        await studio.redraw(photo())
    assert (await studio.redraw(photo())).width == 640


async def test_it_holds_no_secrets_and_can_open_nothing(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_DSN", "postgresql://secret")
    await studio.redraw(photo())
    (process,) = drawing()
    assert "POSTGRES_DSN" not in process.environ()
    limits = {
        name: process.rlimit(getattr(psutil, name)) for name in ("RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_AS")
    }
    assert limits["RLIMIT_NOFILE"] == limits["RLIMIT_FSIZE"] == (0, 0)
    assert limits["RLIMIT_AS"][1] == 1024 * 1024 * 1024


async def test_more_than_can_wait_is_turned_away() -> None:
    studio = Studio(PhotoSettings(queue=2))
    found = await asyncio.gather(*(studio.redraw(photo()) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, Busy) for each in found) == 2
    await studio.stop()


async def test_nothing_is_left_running(studio: Studio) -> None:
    await studio.redraw(photo())
    await studio.stop()
    assert drawing() == []
