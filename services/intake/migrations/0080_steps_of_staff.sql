-- What staff did, as they told it: `step_id` names it, `note` and `note_en` are their words, `reason` why it is closed. A row with
-- `takes_back` says that an earlier one holds no longer, and `status` what holds then; the words of that one are gone.
ALTER TABLE report_status
    ADD COLUMN note_en text,
    ADD COLUMN step_id uuid,
    ADD COLUMN reason text,
    ADD COLUMN takes_back uuid,
    ADD COLUMN takes_back_status text,
    ADD CONSTRAINT report_status_takes_back CHECK ((takes_back IS NULL) = (takes_back_status IS NULL)),
    DROP CONSTRAINT report_status_pkey,
    -- A report that comes late hears of several measures at once.
    ADD CONSTRAINT report_status_once UNIQUE NULLS NOT DISTINCT (report_id, at, status, step_id, takes_back);

-- How a report stands: closed until that is taken back, whatever else is heard meanwhile; otherwise the latest. One without a row is
-- received and no more.
CREATE VIEW report_now AS
SELECT DISTINCT ON (step.report_id) step.report_id, step.status, step.at, step.note, step.note_en, step.reason
FROM report_status AS step
WHERE step.takes_back IS NULL AND step.status <> 'received' AND NOT EXISTS (
    SELECT FROM report_status AS undo
    WHERE undo.report_id = step.report_id AND undo.takes_back = step.step_id AND undo.at >= step.at)
ORDER BY step.report_id, (step.status = 'closed') DESC, step.at DESC,
    array_position(ARRAY['assessed', 'passed_on', 'measure_taken', 'closed'], step.status) DESC;
