-- What staff ask whoever follows a report. The words go when the question is taken back, the row with the report.
CREATE TABLE staff_question (
    question_id uuid PRIMARY KEY,
    report_id uuid NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    text text,
    text_en text,
    asked_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    CONSTRAINT staff_question_told CHECK ((withdrawn_at IS NULL) = (text IS NOT NULL) AND (text IS NOT NULL OR text_en IS NULL))
);
CREATE INDEX staff_question_report ON staff_question (report_id);

-- The question that an addition answers; each has one answer at most.
ALTER TABLE form_report ADD COLUMN question_id uuid;
CREATE UNIQUE INDEX form_report_question ON form_report (question_id) WHERE question_id IS NOT NULL;
