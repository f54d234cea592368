"""Start-up time and memory of the running system, for `vardkase status` and `vardkase bench`."""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from deploy.system import Started, System


@dataclass(frozen=True, slots=True)
class Footprint:
    """`start_s`: seconds for each start-up step. `resident_mb`: for each server and service, its children counted in."""

    start_s: Mapping[str, float]
    resident_mb: Mapping[str, float]

    @property
    def total_start_s(self) -> float:
        return sum(self.start_s.values())

    @property
    def total_resident_mb(self) -> float:
        return sum(self.resident_mb.values())


def footprint(system: System, started: Started) -> Footprint:
    parts = [(server.name, server.pid) for server in system.servers.stack.servers]
    parts += [(child.name, child.pid) for child in system.services.values()]
    resident = {name: round(resident_bytes(pid) / 1e6, 1) for name, pid in parts if pid is not None}
    return Footprint(dict(started.steps), resident)


def resident_bytes(pid: int) -> int:
    """Memory the process and its children occupy. Pages they share (PostgreSQL's buffers) are counted once."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    if len(family) == 1:
        return int(family[0].memory_info().rss)
    return sum(_proportional(member) for member in family)


def _proportional(member: psutil.Process) -> int:
    try:
        full = member.memory_full_info()
    except psutil.Error:
        return 0  # it ended meanwhile
    return int(getattr(full, "pss", full.rss))
