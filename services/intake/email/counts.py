"""What is counted of e-mail to reporters."""

from typing import Final

from prometheus_client import Counter, Gauge

from shared.metrics import begin_at_zero

CODES: Final = Counter(
    "vardkase_email_codes_total", "Codes asked for and entered, by what became of it", ["result"]
)
MESSAGES: Final = Counter(
    "vardkase_email_messages_total",
    "Tries to send a message to a reporter, by how they ended",
    ["kind", "result"],
)
WAITING: Final = Gauge("vardkase_email_waiting", "Messages to reporters that wait to be sent")
OLDEST_SECONDS: Final = Gauge(
    "vardkase_email_oldest_seconds", "Age of the oldest message to a reporter that waits"
)
SERVER_AWAY: Final = Gauge("vardkase_email_server_away", "1 while the mail server takes no message at all")
begin_at_zero(MESSAGES, ["code", "news"], ["sent", "later", "given_up", "server_away"])
