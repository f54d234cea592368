"""A cache of Kafka's classes, loaded and linked ahead of time: the broker then starts in half the time.

Made once after the jars were fetched (`python -m deploy.local.ahead_of_time`). Java itself checks that it fits
the jars and its own version, and does without it when it does not.
"""

import secrets
import sys
import tempfile
from pathlib import Path

from deploy.errors import CannotGoOn
from deploy.grants import users
from deploy.local.broker import LocalBroker, aot_path
from deploy.local.kafka_jars import is_fetched
from deploy.local.preflight import free_port
from deploy.provision import provision


def make_cache() -> Path:
    """Start a broker, use it as the product does, and let Java write what it learnt when the broker stops."""
    path = aot_path()
    draft = path.with_suffix(".draft")
    password = secrets.token_urlsafe()
    with tempfile.TemporaryDirectory(prefix="vardkase-") as folder:
        broker = LocalBroker(
            Path(folder) / "kafka", Path(folder) / "kafka.log", free_port(), free_port(), password, password
        )
        try:
            broker.begin_init()
            broker.begin_start([f"-XX:AOTCacheOutput={draft}"])
            broker.wait_ready()
            provision(broker.admin, dict.fromkeys(map(str, users()), password))
        finally:
            broker.stop(timeout_s=60)
    draft.replace(path)
    return path


def main() -> None:
    try:
        if not is_fetched():
            print("Fetching Kafka's jars …", flush=True)
        if not aot_path().exists():
            print("Preparing Kafka, so that it starts in a second …", flush=True)
            make_cache()
    except CannotGoOn as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
