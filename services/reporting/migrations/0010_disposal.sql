-- Reports that are gone, kept for good: whatever is still told of them, or told again, brings nothing back.
CREATE TABLE disposal (
    report_id uuid PRIMARY KEY,
    reason text NOT NULL,
    at timestamptz NOT NULL
);
-- Why its words are gone.
ALTER TABLE report ADD COLUMN disposed text;
ALTER TABLE incident
    ADD COLUMN disposed_reports integer NOT NULL DEFAULT 0,
    ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;

DROP VIEW known_incident;
CREATE VIEW known_incident AS
SELECT incident.*,
    ARRAY(SELECT agency FROM told WHERE told.incident_id = incident.incident_id ORDER BY first_at, agency) AS agencies,
    ARRAY(
        SELECT verdict FROM claim_incident JOIN claim USING (claim_id)
        WHERE claim_incident.incident_id = incident.incident_id ORDER BY claim_id
    ) AS verdicts
FROM incident;
