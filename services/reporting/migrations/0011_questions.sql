-- What staff ask the reporter of a report. `text` is empty when the report is disposed of.
CREATE TABLE question (
    question_id uuid PRIMARY KEY,
    municipality text NOT NULL,
    report_id uuid NOT NULL,
    text text NOT NULL,
    text_en text,
    asked_by text NOT NULL,
    at timestamptz NOT NULL,
    withdrawn_by text,
    withdrawn_at timestamptz
);
CREATE INDEX question_report ON question (report_id);

-- The report that answers a question, kept apart: it may be told of again without it, or come before the question is known.
CREATE TABLE question_answer (
    question_id uuid PRIMARY KEY,
    report_id uuid NOT NULL
);
CREATE INDEX question_answer_report ON question_answer (report_id);

CREATE VIEW question_with_state AS
SELECT question.*, answer.report_id AS answer_id, answered.body AS answer_text, answered.language AS answer_language,
    answered.received_at AS answered_at, answered.disposed AS answer_disposed,
    CASE
        WHEN answer.report_id IS NOT NULL THEN 'answered'
        WHEN question.withdrawn_at IS NOT NULL THEN 'withdrawn'
        WHEN EXISTS (SELECT FROM disposal WHERE disposal.report_id = question.report_id) THEN 'undeliverable'
        ELSE 'open'
    END AS state
FROM question
LEFT JOIN (question_answer AS answer JOIN report AS answered ON answered.report_id = answer.report_id)
    ON answer.question_id = question.question_id;
