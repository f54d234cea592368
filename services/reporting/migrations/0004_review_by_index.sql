-- The same reports as before; each condition alone lets an index or a hash answer it, where both in one made a scan a report.
CREATE OR REPLACE VIEW report_to_review AS
SELECT report.*
FROM report
WHERE needs_review
    AND NOT EXISTS (
        SELECT FROM correction_with_state AS settled
        WHERE settled.report_id = report.report_id AND settled.state = 'applied')
    AND NOT EXISTS (
        SELECT FROM correction_with_state AS settled
        WHERE settled.correction_id = report.correction_id AND settled.state = 'applied');
