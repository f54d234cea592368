import asyncpg
import pytest

from deploy.migrations import dsn_as, migrate_all, role_name
from shared.topics import Service

PASSWORDS = {service: f"pw-{service}" for service in Service}


async def test_migrating_twice_applies_nothing_the_second_time(fresh_postgres_dsn: str):
    again = await migrate_all(fresh_postgres_dsn)
    assert all(names == [] for names in again.applied.values())


async def test_a_service_role_reaches_its_own_schema_and_no_other(fresh_postgres_dsn: str):
    done = await migrate_all(fresh_postgres_dsn, PASSWORDS)
    assert done.roles
    dsn = dsn_as(fresh_postgres_dsn, role_name(Service.REPORTING), PASSWORDS[Service.REPORTING])
    connection = await asyncpg.connect(dsn)
    try:
        await connection.fetch("SELECT * FROM reporting.outbox")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("SELECT * FROM intake.outbox")
    finally:
        await connection.close()


async def test_without_createrole_one_user_serves_all_and_says_so(fresh_postgres_dsn: str):
    admin = await asyncpg.connect(fresh_postgres_dsn)
    await admin.execute("CREATE ROLE plain_owner LOGIN PASSWORD 'pw'")
    database = await admin.fetchval("SELECT current_database()")
    await admin.execute(f'CREATE DATABASE "{database}_plain" OWNER plain_owner')
    await admin.close()
    plain_dsn = dsn_as(fresh_postgres_dsn, "plain_owner", "pw") + "_plain"
    done = await migrate_all(plain_dsn, PASSWORDS)
    assert not done.roles
    assert "CREATEROLE" in done.notices[0]
