"""A server or service as a child process: its own group, its log in a file, and gone when we are gone."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from deploy.errors import CannotGoOn

PR_SET_PDEATHSIG: Final = 1
LOG_LIMIT_BYTES: Final = 20_000_000
SERIOUS: Final = re.compile(r"\b(FATAL|ERROR)\b")


def follow_parent(signal_number: int) -> Callable[[], None] | None:
    """On Linux the kernel sends `signal_number` to the child when the thread that started it ends.
    So children are started from the main thread. Elsewhere the pid files let the next start clear up.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal_number)


@dataclass
class Child:
    name: str
    command: Sequence[str]
    log_path: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: int = signal.SIGTERM
    stop_timeout_s: float = 20.0
    user: str | None = None
    cwd: Path | None = None
    _running: subprocess.Popen[bytes] | None = None
    _log_begins_at: int = 0

    def begin(self) -> None:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_LIMIT_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        with self.log_path.open("ab") as log:
            self._log_begins_at = log.tell()
            self._running = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                process_group=0,  # Ctrl-C reaches us alone, and we stop the children in order
                preexec_fn=follow_parent(self.stop_signal),  # noqa: PLW1509 - one system call, no locks
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                cwd=self.cwd,
            )

    @property
    def pid(self) -> int | None:
        return self._running.pid if self._running and self._running.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        return self._running.poll() if self._running else None

    def ask_to_stop(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask, wait, then insist."""
        if self._running is None or self._running.poll() is not None:
            return
        self._running.send_signal(self.stop_signal)
        try:
            self._running.wait(self.stop_timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to the process and its descendants, as a power cut would."""
        if self._running is None or self._running.poll() is not None:
            return
        descendants = psutil.Process(self._running.pid).children(recursive=True)
        self._running.kill()
        for descendant in descendants:
            if descendant.is_running():
                descendant.kill()
        self._running.wait()
        psutil.wait_procs(descendants, timeout=5)

    def wait_until(self, is_ready: Callable[[], bool], timeout_s: float, look_every_s: float = 0.05) -> None:
        deadline = time.monotonic() + timeout_s
        while not is_ready():
            if self.exit_code is not None:
                raise CannotGoOn(f"{self.name} {self.ending()} at start: {self.last_words()}")
            if time.monotonic() > deadline:
                raise CannotGoOn(f"{self.name} did not get ready in {timeout_s:.0f} s: {self.last_words()}")
            time.sleep(look_every_s)

    def wait_done(self, timeout_s: float) -> None:
        """Wait for a command that ends by itself, and insist that it ended well."""
        assert self._running is not None, "begin() first"
        try:
            code = self._running.wait(timeout_s)
        except subprocess.TimeoutExpired as error:
            self.kill()
            raise CannotGoOn(f"{self.name} took over {timeout_s:.0f} s: {self.last_words()}") from error
        if code != 0:
            raise CannotGoOn(f"{self.name} failed with code {code}: {self.last_words()}")

    def ending(self) -> str:
        code = self.exit_code or 0
        return f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended with code {code}"

    def last_words(self) -> str:
        """Its last own sentence since it was started, if it wrote one, and where its log is."""
        with self.log_path.open("rb") as log:
            log.seek(self._log_begins_at)
            lines = log.read().decode(errors="replace").splitlines()
        # Neither JSON facts nor the inside of a traceback.
        sentences = [line.strip() for line in lines if line[:1].strip() and not line.startswith("{")]
        told = next(
            (line for line in reversed(sentences) if SERIOUS.search(line)), sentences[-1] if sentences else ""
        )
        return f"{told} (its log is {self.log_path})".lstrip()


def stop_leftover(
    pid_path: Path, mark: str, stop_signal: int = signal.SIGTERM, timeout_s: float = 20.0
) -> None:
    """A server from an earlier run that outlived it holds our data: stop it. `mark` is in its command line."""
    if not pid_path.exists():
        return
    pid = int(pid_path.read_text().split()[0] or 0)
    if pid and psutil.pid_exists(pid):
        leftover = psutil.Process(pid)
        if any(mark in part for part in leftover.cmdline()):
            leftover.send_signal(stop_signal)
            _, alive = psutil.wait_procs([leftover], timeout=timeout_s)
            if alive:
                raise CannotGoOn(
                    f"Process {pid} of an earlier run still holds {mark} and does not stop: run `kill -9 {pid}`, "
                    "then try again."
                )
    pid_path.unlink(missing_ok=True)
