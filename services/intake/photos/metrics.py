"""What is counted of photos."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from shared.metrics import begin_at_zero

PHOTOS_KEPT: Final = Counter(
    "vardkase_photos_kept_total", "Photos that belong to a report now, by the way they came", ["way"]
)
PHOTOS_REPEATED: Final = Counter("vardkase_photos_repeated_total", "Photos that their report had already")
PHOTOS_REFUSED: Final = Counter(
    "vardkase_photos_refused_total", "Photos not taken, by what was wrong", ["fault"]
)
PHOTOS_ERASED: Final = Counter(
    "vardkase_photos_erased_total", "Photos erased from where they lie", ["reason"]
)
PHOTOS_FETCHED: Final = Counter(
    "vardkase_photos_fetched_total", "Pictures asked for where a client said they lie", ["outcome"]
)
PHOTOS_TO_ERASE: Final = Gauge(
    "vardkase_photos_to_erase", "Photos that no report has any more and that still lie there"
)
DRAWING_SECONDS: Final = Histogram(
    "vardkase_photo_drawing_seconds",
    "Time to draw one photo anew",
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20),
)
DRAWINGS_ENDED: Final = Counter(
    "vardkase_photo_processes_ended_total", "Drawing processes that were late or died", ["reason"]
)
begin_at_zero(DRAWINGS_ENDED, ["time", "died"])
begin_at_zero(PHOTOS_FETCHED, ["kept", "later", "never"])
