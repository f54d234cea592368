-- When intake heard of a step and of a question. They are dated when they were taken and asked, which may be before the report itself
-- was sent, or long before Kafka came back: a client that asks what is new since it last asked would never be told.
ALTER TABLE report_status ADD COLUMN heard_at timestamptz;
UPDATE report_status SET heard_at = at;
ALTER TABLE report_status ALTER COLUMN heard_at SET NOT NULL, ALTER COLUMN heard_at SET DEFAULT now();
ALTER TABLE staff_question ADD COLUMN heard_at timestamptz;
UPDATE staff_question SET heard_at = asked_at;
ALTER TABLE staff_question ALTER COLUMN heard_at SET NOT NULL, ALTER COLUMN heard_at SET DEFAULT now();
CREATE INDEX report_status_heard_at ON report_status (heard_at);
CREATE INDEX staff_question_heard_at ON staff_question (heard_at);
DROP INDEX report_status_at, staff_question_at;

-- What was done about its incident before the report came to it holds for the report from when it was assessed, as on the page that
-- follows it.
CREATE OR REPLACE VIEW report_now AS
SELECT DISTINCT ON (step.report_id)
    step.report_id, step.status, greatest(step.at, since.at) AS at, step.note, step.note_en, step.reason
FROM report_status AS step
CROSS JOIN LATERAL (
    SELECT greatest(report.received_at, (
        SELECT min(assessed.at) FROM report_status AS assessed
        WHERE assessed.report_id = step.report_id AND assessed.status = 'assessed' AND assessed.takes_back IS NULL)) AS at
    FROM report WHERE report.id = step.report_id
) AS since
WHERE step.takes_back IS NULL AND step.status <> 'received' AND NOT EXISTS (
    SELECT FROM report_status AS undo
    WHERE undo.report_id = step.report_id AND undo.takes_back = step.step_id AND undo.at >= step.at)
ORDER BY step.report_id, (step.status = 'closed') DESC, greatest(step.at, since.at) DESC,
    array_position(ARRAY['assessed', 'passed_on', 'measure_taken', 'closed'], step.status) DESC;
