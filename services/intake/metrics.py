"""What intake counts."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from shared.metrics import begin_at_zero

REPORTS_ACCEPTED: Final = Counter("vardkase_reports_accepted_total", "Reports committed", ["source"])
REPORTS_REPLAYED: Final = Counter("vardkase_reports_replayed_total", "Answers repeated by idempotency key")
REPORTS_TURNED_AWAY: Final = Counter(
    "vardkase_reports_turned_away_total", "Submissions answered 503", ["reason"]
)
REPORTS_DISPOSED: Final = Counter(
    "vardkase_reports_disposed_total", "Reports disposed of by intake", ["reason"]
)
QUESTIONS_HEARD: Final = Counter(
    "vardkase_questions_heard_total", "What staff asked reporters, and what became of it", ["outcome"]
)
QUESTIONS_ANSWERED: Final = Counter(
    "vardkase_questions_answered_total", "Questions that reporters answered, by the way they did", ["way"]
)
REPORTS_LIMITED: Final = Counter(
    "vardkase_reports_limited_total", "Submissions answered 429, by the limit that was reached", ["limit"]
)
LIMITS_UNKNOWN: Final = Counter(
    "vardkase_limits_unknown_total", "Submissions let in uncounted, since the limits could not be read"
)
PROXY_NOT_TRUSTED: Final = Gauge(
    "vardkase_proxy_not_trusted",
    "1 where people come by a proxy that is not named, so that no limit concerns them",
)
CHALLENGES: Final = Counter("vardkase_challenges_total", "Challenges given out")
CHALLENGE_COST: Final = Gauge(
    "vardkase_challenge_cost", "Cost of the latest challenge, which rises under load"
)
REPORTS_DOUBTED: Final = Counter(
    "vardkase_reports_doubted_total",
    "Reports accepted of which something speaks for a machine, and what became of them at first",
    ["state", "reason"],
)
QUARANTINE_HELD: Final = Gauge("vardkase_quarantine_held", "Reports that are held in quarantine")
QUARANTINE_OLDEST_SECONDS: Final = Gauge(
    "vardkase_quarantine_oldest_seconds", "Age of the oldest report that waits there for a person"
)
QUARANTINE_DECIDED: Final = Counter(
    "vardkase_quarantine_decided_total", "Held reports released or rejected by this service", ["state"]
)
CONTACTS_OPENED: Final = Counter(
    "vardkase_contacts_opened_total", "Times that a reporter's contact details were opened", ["way"]
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
ACCEPT_SECONDS: Final = Histogram(
    "vardkase_intake_accept_seconds",
    "From the last byte of a report by the API to the answer that it is stored",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.3, 1, 3, 10),
)
DISPOSAL_DONE: Final = Gauge(
    "vardkase_disposal_done_timestamp_seconds",
    "When everything that was kept long enough had gone; 0 where nothing is decided",
)
SOONEST_END: Final = Gauge(
    "vardkase_token_soonest_end_timestamp_seconds", "When the next token in force ends; 0 where none does"
)
MASTER_KEYS: Final = Gauge(
    "vardkase_master_keys", "Master keys in the file; more than one until a rotation has ended"
)
MASTER_KEY_MADE: Final = Gauge(
    "vardkase_master_key_made_timestamp_seconds", "When the master key that seals now was made"
)
begin_at_zero(CONTACTS_OPENED, ["page", "api"])
begin_at_zero(REPORTS_TURNED_AWAY, ["database_away", "database_refuses", "queue_full", "stopping"])
