"""What enrichment counts."""

from typing import Final

from prometheus_client import Counter, Histogram

REPORTS_UNDERSTOOD: Final = Counter("vardkase_reports_understood_total", "Reports by category", ["category"])
REPORTS_FOR_REVIEW: Final = Counter(
    "vardkase_reports_for_review_total", "Reports a person should look at before anybody relies on them"
)
REPORTS_LINKED: Final = Counter(
    "vardkase_reports_linked_total", "Reports by what they were linked to: new, existing, repeat", ["to"]
)
REPORTS_FORGOTTEN: Final = Counter(
    "vardkase_reports_forgotten_total", "Disposals of reports that were honoured", ["reason"]
)
UNDERSTANDING_SECONDS: Final = Histogram(
    "vardkase_understanding_seconds",
    "Time to understand one batch, linking not counted",
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
ONLINE_PLACES: Final = Counter(
    "vardkase_online_places_total",
    "Places sought with an online geocoder: known (answered before), asked, failed, left (no time in this batch)",
    ["how"],
)
