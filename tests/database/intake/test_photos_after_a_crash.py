"""Rows and files after a crash at any point: what was answered is there, what was not leaves nothing behind for good."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from services.intake.photos import photos_store
from services.intake.photos.album import Album, Variant
from services.intake.photos.depot import Depot, path_of
from services.intake.photos.faults import BadPhoto, Fault
from services.intake.photos.photos_store import Owner
from services.intake.photos.settings import PhotoSettings
from services.intake.photos.studio import Studio
from services.intake.photos.sweeping import erase_due, sweep
from services.intake.vault import Words
from shared.identity import new_id, new_tracking_code
from tests.support.photos import photo
from tests.support.vault import vault

KEPT = timedelta(hours=24)


class House:
    """Photos without a service about them, so that it can be stopped at any line."""

    def __init__(self, pool: Any, folder: Path) -> None:
        settings = PhotoSettings(store=str(folder))
        self.pool, self.folder, self.depot = pool, folder, Depot(settings)
        self.studio = Studio(settings)
        self.album = Album(settings, pool, vault(), self.depot, self.studio)

    async def owner(self) -> Owner:
        report_id, code = new_id(), new_tracking_code()
        sealed = vault().seal(report_id, Words("Klotter.", None), None)
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(
                """INSERT INTO report (id, tracking_code, source, municipality, sealed, occurred_at, received_at)
                   VALUES ($1, $2, 'citizen', '1983', $3, now(), now())""",
                report_id, code, sealed.words,
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO report_key (report_id, master_key, wrapped) VALUES ($1, $2, $3)",
                report_id, sealed.key.master_key, sealed.key.wrapped,
            )  # fmt: skip
            owner = await photos_store.owner_of_code(connection, code)
        assert owner is not None
        return owner

    def files(self) -> list[str]:
        return [each.name for each in self.folder.rglob("*") if each.is_file()]

    async def sweep(self, later: timedelta = timedelta()) -> int:
        return await sweep(self.pool, self.depot, KEPT, datetime.now(UTC) + later)


@pytest_asyncio.fixture
async def house(fresh_postgres_dsn: str, tmp_path: Path) -> AsyncIterator[House]:
    async with asyncpg.create_pool(
        fresh_postgres_dsn, min_size=1, max_size=4, server_settings={"search_path": "intake"}
    ) as pool:
        found = House(pool, tmp_path / "photos")
        yield found
        await found.studio.stop()


async def test_a_photo_laid_down_and_never_taken_up_goes_after_its_time_and_not_before(house: House) -> None:
    staged = await house.album.take(photo())
    assert await house.sweep() == 0
    assert await house.sweep(timedelta(hours=23)) == 0
    assert (await house.album.staged(staged.reference.text)).about == staged.about
    assert await house.sweep(timedelta(hours=25)) == 1
    assert house.files() == []


async def test_what_a_report_has_is_never_swept(house: House) -> None:
    owner = await house.owner()
    added = await house.album.attach(owner, await house.album.take(photo()), "test")
    assert await house.sweep(timedelta(days=400)) == 0
    assert await house.album.content(owner, added.photo, Variant.THUMBNAIL, 0, 2) == b"\xff\xd8"


async def test_a_row_that_went_while_the_service_was_down_takes_its_file_at_the_next_start(
    house: House,
) -> None:
    owner = await house.owner()
    await house.album.attach(owner, await house.album.take(photo()), "test")
    async with house.pool.acquire() as connection:
        await connection.execute("DELETE FROM report")
    assert len(house.files()) == 1
    assert await erase_due(house.pool, house.depot) == 1
    assert house.files() == []
    assert await erase_due(house.pool, house.depot) == 0


async def test_erasing_broken_off_after_the_file_is_done_again(house: House) -> None:
    owner = await house.owner()
    added = await house.album.attach(owner, await house.album.take(photo()), "test")
    async with house.pool.acquire() as connection:
        await connection.execute("DELETE FROM report")
    await house.depot.delete(added.photo.id)
    assert await erase_due(house.pool, house.depot) == 1


async def test_half_a_file_is_no_photo_and_is_cleared_away(house: House) -> None:
    staged = await house.album.take(photo())
    half = house.folder / (path_of(staged.reference.photo_id) + "#1")
    half.write_bytes(b"half")
    assert await house.sweep() == 0
    assert half.exists(), "somebody may be writing it"
    await house.sweep(timedelta(hours=23))
    assert half.exists()
    await house.sweep(timedelta(hours=25))
    assert house.files() == []


async def test_a_photo_can_belong_to_one_report_alone(house: House) -> None:
    first, second = await house.owner(), await house.owner()
    staged = await house.album.take(photo())
    await house.album.attach(first, staged, "test")
    with pytest.raises(BadPhoto) as caught:
        await house.album.attach(second, staged, "test")
    assert caught.value.fault is Fault.LOST
    assert len(await house.album.of_report(first)) == 1
    assert await house.album.of_report(second) == []


async def test_the_report_going_while_its_photo_comes_leaves_no_row(house: House) -> None:
    owner = await house.owner()
    staged = await house.album.take(photo())
    async with house.pool.acquire() as connection:
        await connection.execute("DELETE FROM report")
    results = await asyncio.gather(house.album.attach(owner, staged, "test"), return_exceptions=True)
    assert isinstance(results[0], BadPhoto)
    async with house.pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM photo") == 0


async def test_a_photo_is_on_the_disk_before_it_is_said_to_be_taken(house: House, monkeypatch: Any) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    staged = await house.album.take(photo())
    file = house.folder / path_of(staged.reference.photo_id)
    assert [str(file), str(file.parent), str(house.folder)] == synced
