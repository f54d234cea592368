"""What the notifier counts."""

from typing import Final

from prometheus_client import Counter, Gauge

from shared.events import Channel, NotAlertedReason
from shared.metrics import begin_at_zero

ALERTS: Final = Counter("vardkase_alerts_total", "Alerts issued", ["agency", "kind"])
OLD_NEWS: Final = (NotAlertedReason.HISTORY, NotAlertedReason.TOLD_LATE)
NOT_ALERTED: Final = Counter(
    "vardkase_incidents_not_alerted_total", "Incidents that alerted nobody because they are old news", ["age"]
)
ATTEMPTS: Final = Counter("vardkase_delivery_attempts_total", "Attempts at delivery", ["channel", "outcome"])
UNDELIVERED_SECONDS: Final = Gauge(
    "vardkase_undelivered_oldest_seconds", "Age of the oldest delivery that still waits", ["channel"]
)
UNDELIVERED: Final = Gauge("vardkase_undelivered", "Deliveries that still wait", ["channel"])
RECEIPTS: Final = Counter("vardkase_receipts_total", "Receipts recorded", ["agency", "status"])
RECEIPTS_REFUSED: Final = Counter("vardkase_receipts_refused_total", "Receipts that had no right", ["agency"])
ALERTS_FORGOTTEN: Final = Counter(
    "vardkase_alerts_forgotten_total", "Stored alerts whose quotations were taken out"
)
begin_at_zero(NOT_ALERTED, OLD_NEWS)
begin_at_zero(ATTEMPTS, Channel, ["delivered", "try_again", "gave_up"])
