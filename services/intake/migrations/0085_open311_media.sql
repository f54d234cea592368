-- Clients of Open311 ask every few minutes what was asked of reporters since then, as they do about steps.
CREATE INDEX staff_question_at ON staff_question (asked_at);
