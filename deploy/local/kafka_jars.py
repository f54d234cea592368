"""Kafka's jars by Maven coordinate, each held to the SHA-256 in kafka.lock.

`python -m deploy.local.kafka_jars --lock` writes the lock anew when KAFKA_VERSION moves.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Final

from deploy.errors import CannotGoOn

KAFKA_VERSION: Final = "4.4.0"
# slf4j-simple: without a binding Kafka logs nothing at all.
COORDINATES: Final = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.slf4j:slf4j-simple:1.7.36"
LOCK_PATH: Final = Path(__file__).with_name("kafka.lock")
VERIFIED_NAME: Final = "vardkase-verified.json"


def locked_jars() -> list[Path]:
    """Paths of all jars, fetched if missing, verified."""
    folder = _fetch()
    jars = sorted([*folder.glob("jars/*.jar"), *folder.glob("modules/*.jar")])
    _verify(folder, jars)
    return jars


def is_fetched() -> bool:
    """Whether a step that says so should be shown; `locked_jars` finds out for itself."""
    from jgo.config import GlobalSettings

    name = f"kafka_2.13-{KAFKA_VERSION}.jar"
    return any(Path(GlobalSettings.load().cache_dir).glob(f"envs/**/{name}"))


def _fetch() -> Path:
    import jgo
    import truststore

    truststore.inject_into_ssl()  # a proxy's certificate is in the system's store, not in certifi's
    try:
        path: Path = jgo.build(COORDINATES).path
    except Exception as error:  # jgo and its HTTP client raise many kinds; all mean "not fetched"
        raise CannotGoOn(
            f"Kafka's jars could not be fetched ({error}): check the network and proxy, then try again; "
            "they are needed once and kept after that."
        ) from error
    return path


def _verify(folder: Path, jars: list[Path]) -> None:
    expected: dict[str, str] = json.loads(LOCK_PATH.read_text())
    seen_path = folder / VERIFIED_NAME
    seen: dict[str, list[object]] = json.loads(seen_path.read_text()) if seen_path.exists() else {}
    now: dict[str, list[object]] = {}
    for jar in jars:
        stat = jar.stat()
        known = seen.get(jar.name)
        unchanged = known is not None and known[:2] == [stat.st_size, stat.st_mtime_ns]
        now[jar.name] = [stat.st_size, stat.st_mtime_ns, known[2] if known and unchanged else sha256_of(jar)]
    fault = mismatch({name: str(entry[2]) for name, entry in now.items()}, expected)
    if fault:
        raise CannotGoOn(
            f"{fault} Remove the folder {folder} (and its jar in ~/.m2/repository), then try again."
        )
    if now != seen:
        seen_path.write_text(json.dumps(now))


def mismatch(found: dict[str, str], expected: dict[str, str]) -> str | None:
    """One sentence about the first jar that is missing, unknown or changed."""
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            return f"Kafka's jar {name} is in kafka.lock but was not fetched."
        if name not in expected:
            return f"The jar {name} was fetched but is not in kafka.lock, so it is not trusted."
        if found[name] != expected[name]:
            return f"Kafka's jar {name} is not the one in kafka.lock: its checksum differs, so it is not run."
    return None


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_lock() -> None:
    folder = _fetch()
    jars = [*folder.glob("jars/*.jar"), *folder.glob("modules/*.jar")]
    LOCK_PATH.write_text(
        json.dumps({jar.name: sha256_of(jar) for jar in sorted(jars, key=lambda j: j.name)}, indent=1) + "\n"
    )
    print(f"{LOCK_PATH}: {len(jars)} jars of Kafka {KAFKA_VERSION}")


if __name__ == "__main__":
    if sys.argv[1:] != ["--lock"]:
        raise SystemExit(__doc__)
    write_lock()
