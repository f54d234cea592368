"""What intake counts."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

REPORTS_ACCEPTED: Final = Counter("vardkase_reports_accepted_total", "Reports committed", ["source"])
REPORTS_REPLAYED: Final = Counter("vardkase_reports_replayed_total", "Answers repeated by idempotency key")
REPORTS_TURNED_AWAY: Final = Counter(
    "vardkase_reports_turned_away_total", "Submissions answered 503", ["reason"]
)
REPORTS_DISPOSED: Final = Counter(
    "vardkase_reports_disposed_total", "Reports disposed of by intake", ["reason"]
)
WAITING: Final = Gauge("vardkase_intake_waiting", "Submissions that wait for their commit")
COMMIT_REPORTS: Final = Histogram(
    "vardkase_intake_commit_reports",
    "Submissions that shared one commit",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
COMMIT_SECONDS: Final = Histogram(
    "vardkase_intake_commit_seconds",
    "Time of one shared commit",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10),
)
