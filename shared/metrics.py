"""Counters and times that every service has, in one catalogue."""

from collections.abc import Iterable
from itertools import product
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

EVENTS_TAKEN: Final = Counter("vardkase_events_taken_total", "Events taken in once", ["topic"])
EVENTS_REPEATED: Final = Counter(
    "vardkase_events_repeated_total", "Redelivered events that had no effect", ["topic"]
)
EVENTS_SET_APART: Final = Counter(
    "vardkase_events_set_apart_total", "Records sent to the dead-letter topic", ["topic"]
)
BATCH_SECONDS: Final = Histogram(
    "vardkase_batch_seconds",
    "Time to take one batch",
    ["consumer"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.5, 1, 5, 30),
)
BATCH_RETRIES: Final = Counter("vardkase_batch_retries_total", "Batches tried again", ["consumer"])
OUTBOX_SENT: Final = Counter("vardkase_outbox_sent_total", "Events the broker confirmed", ["topic"])
OUTBOX_OLDEST_SECONDS: Final = Gauge("vardkase_outbox_oldest_seconds", "Age of the oldest unsent event")
OUTBOX_UNSENT: Final = Gauge("vardkase_outbox_unsent", "Events that wait for the broker")
OUTBOX_LEADS: Final = Gauge("vardkase_outbox_leads", "1 in the process that sends events, 0 in the others")
OUTBOX_REFUSED: Final = Counter(
    "vardkase_outbox_refused_total", "Events the broker will never take, set apart"
)
CONSUMER_LAG: Final = Gauge("vardkase_consumer_lag", "Records that wait to be taken in", ["topic"])
CHECK_PASSES: Final = Gauge("vardkase_check_passes", "1 where a check of readiness passes", ["check"])
HTTP_ANSWERS: Final = Counter(
    "vardkase_http_answers_total", "Answers over HTTP, by class; probes are not counted", ["status"]
)
JOBS_FAILED: Final = Counter("vardkase_jobs_failed_total", "Turns of work by the clock that failed", ["work"])


def begin_at_zero(counter: Counter | Histogram, *labels: Iterable[str]) -> None:
    """One series for each combination: the first fault is a growth only where there was something to grow."""
    for values in product(*labels):
        counter.labels(*values)
