-- `correction_id`: the correction that enrichment answered when it last judged the report; null when none.
ALTER TABLE report ADD COLUMN correction_id uuid;
COMMENT ON COLUMN report.assessment IS
    'reasons, link_reason, link_confidence, location, category_alternatives, places, happened, and what is odd about it';
CREATE INDEX report_review ON report (municipality, severity DESC, received_at, report_id) WHERE needs_review;

-- What a person said that a report (or, without one, an incident) really is. A row with `undoes` takes another back.
-- applied_at: when enrichment's answer to it was published; null as long as it is waited for.
CREATE TABLE correction (
    correction_id uuid PRIMARY KEY,
    municipality text NOT NULL,
    incident_id uuid NOT NULL,
    report_id uuid,
    category text,
    severity smallint,
    location jsonb,
    note text,
    undoes uuid UNIQUE REFERENCES correction (correction_id),
    corrected_by text NOT NULL,
    at timestamptz NOT NULL,
    applied_at timestamptz,
    CHECK (undoes IS NOT NULL OR category IS NOT NULL OR severity IS NOT NULL OR location IS NOT NULL)
);
CREATE INDEX correction_incident ON correction (incident_id);
CREATE INDEX correction_report ON correction (report_id) WHERE report_id IS NOT NULL;

CREATE VIEW correction_with_state AS
SELECT correction.*, undo.correction_id AS undone_by, undo.at AS undo_asked_at,
    CASE
        WHEN undo.applied_at IS NOT NULL THEN 'undone'
        WHEN correction.applied_at IS NOT NULL THEN 'applied'
        ELSE 'pending'
    END AS state
FROM correction LEFT JOIN correction AS undo ON undo.undoes = correction.correction_id
WHERE correction.undoes IS NULL;

-- What the machine was not sure of and no person has settled. A settled report comes back when its correction is undone.
CREATE VIEW report_to_review AS
SELECT report.*
FROM report
WHERE needs_review AND NOT EXISTS (
    SELECT FROM correction_with_state AS settled
    WHERE settled.state = 'applied'
        AND (settled.report_id = report.report_id OR settled.correction_id = report.correction_id));
