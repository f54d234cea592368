-- Why nobody was alerted of an incident, as the notifier last told it; `revision`: of the incident that it considered. No reason: somebody was.
CREATE TABLE not_alerted (
    incident_id uuid PRIMARY KEY,
    revision integer NOT NULL,
    reason text,
    age_s integer,
    limit_s integer,
    at timestamptz NOT NULL
);
