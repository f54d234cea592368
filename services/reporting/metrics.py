"""What reporting counts."""

from typing import Final

from prometheus_client import Counter

QUESTIONS_ASKED: Final = Counter("vardkase_questions_asked_total", "Questions put to reporters")
QUESTIONS_WITHDRAWN: Final = Counter(
    "vardkase_questions_withdrawn_total", "Questions taken back before they were answered"
)
QUESTIONS_REFUSED: Final = Counter(
    "vardkase_questions_refused_total", "Questions that could not be put, by why", ["reason"]
)
ANSWERS_HEARD: Final = Counter("vardkase_answers_heard_total", "Questions that reporters answered")

STEPS_TAKEN: Final = Counter("vardkase_steps_taken_total", "What staff told reporters was done", ["status"])
STEPS_TAKEN_BACK: Final = Counter(
    "vardkase_steps_taken_back_total", "What staff told reporters and took back", ["status"]
)
