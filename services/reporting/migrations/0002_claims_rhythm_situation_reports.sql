-- `opened_revision`: the revision of the incident that a claim was opened from; null when a person opened it.
CREATE TABLE claim (
    claim_id uuid PRIMARY KEY,
    municipality text NOT NULL,
    statement text NOT NULL,
    verdict text NOT NULL,
    explanation text,
    decided_by text,
    at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    opened_revision integer
);
CREATE INDEX claim_municipality ON claim (municipality, at DESC);

CREATE TABLE claim_incident (
    claim_id uuid NOT NULL,
    incident_id uuid NOT NULL,
    PRIMARY KEY (claim_id, incident_id)
);
CREATE INDEX claim_incident_incident ON claim_incident (incident_id);

CREATE TABLE claim_verdict (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id uuid NOT NULL,
    verdict text NOT NULL,
    explanation text,
    decided_by text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX claim_verdict_claim ON claim_verdict (claim_id);

CREATE TABLE rhythm (
    municipality text PRIMARY KEY,
    rhythm text NOT NULL,
    reason text NOT NULL,
    reason_en text NOT NULL,
    incident_ids uuid[] NOT NULL,
    since timestamptz NOT NULL,
    stands_down_at timestamptz
);

CREATE TABLE rhythm_history (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    municipality text NOT NULL,
    rhythm text NOT NULL,
    reason text NOT NULL,
    reason_en text NOT NULL,
    incident_ids uuid[] NOT NULL,
    stands_down_at timestamptz,
    decided_by text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX rhythm_history_municipality ON rhythm_history (municipality, at);

CREATE TABLE situation_report_number (
    municipality text PRIMARY KEY,
    latest integer NOT NULL
);

-- A frozen edition: what it says and the very pages, as they were given out.
CREATE TABLE situation_report (
    municipality text NOT NULL,
    number integer NOT NULL,
    frozen_at timestamptz NOT NULL,
    frozen_by text NOT NULL,
    content json NOT NULL,
    pdf bytea NOT NULL,
    PRIMARY KEY (municipality, number)
);

CREATE VIEW claim_with_incidents AS
SELECT claim.*, ARRAY(
    SELECT incident_id FROM claim_incident WHERE claim_incident.claim_id = claim.claim_id ORDER BY incident_id
) AS incident_ids
FROM claim;

-- An incident with the agencies reached about it and what people have found of the claims that name it.
CREATE VIEW known_incident AS
SELECT incident.*,
    ARRAY(SELECT agency FROM told WHERE told.incident_id = incident.incident_id ORDER BY first_at, agency) AS agencies,
    ARRAY(
        SELECT verdict FROM claim_incident JOIN claim USING (claim_id)
        WHERE claim_incident.incident_id = incident.incident_id ORDER BY claim_id
    ) AS verdicts
FROM incident;
