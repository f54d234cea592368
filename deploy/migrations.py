"""Every service's schema brought up to date, and a role for each that reaches its own schema alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from deploy.errors import CannotGoOn
from shared.topics import Service

BAD_DSN: Final = (
    "The setting POSTGRES_DSN cannot be read as an address: give postgresql://USER:PASSWORD@HOST:PORT/DATABASE, and "
    "write other signs than letters and digits in the password as %-codes (@ is %40)."
)
SERVICES_FOLDER: Final = Path(__file__).parent.parent / "services"


@dataclass
class Migrated:
    applied: dict[Service, list[str]] = field(default_factory=dict)
    roles: bool = False
    notices: list[str] = field(default_factory=list)


def role_name(service: Service) -> str:
    return f"vardkase_{service}"


def migration_folders(service: Service) -> tuple[Path, ...]:
    from shared.postgres import SHARED_MIGRATIONS

    return (SHARED_MIGRATIONS, SERVICES_FOLDER / service / "migrations")


def dsn_as(dsn: str, user: str, password: str) -> str:
    """The same server and database, as someone else."""
    parts = urlsplit(dsn)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password, safe='')}@{host}"))


def require_dsn(dsn: str) -> None:
    """The fault itself is not told: a part of the password may stand in it."""
    try:
        parts = urlsplit(dsn)
        ports = [urlsplit(f"//{host}").port for host in parts.netloc.rpartition("@")[2].split(",")]
    except ValueError:
        raise CannotGoOn(BAD_DSN) from None
    if parts.scheme not in {"postgresql", "postgres"} or 0 in ports:
        raise CannotGoOn(BAD_DSN)


async def migrate_all(dsn: str, passwords: Mapping[str, str] | None = None) -> Migrated:
    """`dsn` is the administrator's; with `passwords` (service → password) roles are made where that is allowed."""
    import asyncpg

    from shared.postgres import migrate

    require_dsn(dsn)
    done = Migrated()
    try:
        for service in Service:
            done.applied[service] = await migrate(dsn, service, migration_folders(service))
        if passwords is not None:
            await _make_roles(dsn, passwords, done)
    except asyncpg.ClientConfigurationError as error:
        raise CannotGoOn(BAD_DSN) from error
    except (
        OSError,
        asyncpg.PostgresConnectionError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.OperatorInterventionError,
    ) as error:
        raise CannotGoOn(
            f"PostgreSQL at {urlsplit(dsn).netloc.rpartition('@')[2]} could not be used ({error}): check that it "
            "runs and that POSTGRES_DSN names its address, user, password and database."
        ) from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise CannotGoOn(
            f"The user in POSTGRES_DSN may not make schemas there ({error}): let it own the database, or GRANT CREATE on it."
        ) from error
    except (ValueError, asyncpg.PostgresError) as error:
        raise CannotGoOn(
            f"The database schemas could not be brought up to date: {error}. Nothing was changed by that step; mend the "
            "migration, or start afresh with `vardkase down --wipe` where nothing needs to be kept."
        ) from error
    return done


async def _make_roles(dsn: str, passwords: Mapping[str, str], done: Migrated) -> None:
    import asyncpg

    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        if not await connection.fetchval(MAY_CREATE_ROLES):
            done.notices.append(
                "The PostgreSQL user may not create roles, so all services share it, and contact details are kept "
                "apart by schema alone: grant it CREATEROLE and run `vardkase migrate` again."
            )
            return
        async with connection.transaction():
            for service in Service:
                await _make_role(connection, service, passwords[service])
        done.roles = True
    finally:
        await connection.close()


async def _make_role(connection: Any, service: Service, password: str) -> None:
    role = role_name(service)
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
        await _execute(connection, "CREATE ROLE %I LOGIN", role)
    await _execute(connection, "ALTER ROLE %I LOGIN PASSWORD %L", role, password)
    await _execute(connection, "GRANT USAGE ON SCHEMA %I TO %I", service, role)
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        await _execute(connection, f"GRANT ALL ON ALL {kind} IN SCHEMA %I TO %I", service, role)
        await _execute(
            connection, f"ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT ALL ON {kind} TO %I", service, role
        )


async def _execute(connection: Any, statement: str, *names: str) -> None:
    """Role statements take no parameters; PostgreSQL itself quotes the names and the password."""
    await connection.execute(
        await connection.fetchval("SELECT format($1, VARIADIC $2::text[])", statement, list(names))
    )


MAY_CREATE_ROLES: Final = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
