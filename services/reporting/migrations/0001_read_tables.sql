-- What reporting knows, projected from events that arrive in any order. No foreign keys: a report may come before its
-- incident, a delivery before both.
CREATE TABLE report (
    report_id uuid PRIMARY KEY,
    incident_id uuid NOT NULL,
    municipality text NOT NULL,
    source text NOT NULL,
    body text NOT NULL,
    language text NOT NULL,
    category text NOT NULL,
    category_confidence double precision NOT NULL,
    severity smallint NOT NULL,
    hearsay boolean NOT NULL,
    needs_review boolean NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    assessment jsonb NOT NULL, -- reasons, link_reason, link_confidence
    traceparent text NOT NULL,
    enriched_at timestamptz NOT NULL,
    event_id uuid NOT NULL
);
CREATE INDEX report_incident ON report (incident_id);
CREATE INDEX report_municipality_occurred ON report (municipality, occurred_at);

CREATE TABLE incident (
    incident_id uuid PRIMARY KEY,
    revision integer NOT NULL,
    municipality text NOT NULL,
    category text NOT NULL,
    severity smallint NOT NULL,
    summary text NOT NULL,
    location jsonb NOT NULL,
    first_occurred_at timestamptz NOT NULL,
    last_occurred_at timestamptz NOT NULL,
    report_count integer NOT NULL,
    distinct_texts integer NOT NULL,
    reports_by_source jsonb NOT NULL,
    hearsay_only boolean NOT NULL,
    ongoing boolean NOT NULL,
    involves_minor boolean NOT NULL,
    needs_review boolean NOT NULL,
    assessment jsonb NOT NULL, -- reasons
    changed_at timestamptz NOT NULL
);
CREATE INDEX incident_municipality_first ON incident (municipality, first_occurred_at);
CREATE INDEX incident_municipality_last ON incident (municipality, last_occurred_at) WHERE severity >= 3;

CREATE TABLE incident_history (
    incident_id uuid NOT NULL,
    revision integer NOT NULL,
    change text NOT NULL,
    severity smallint NOT NULL,
    category text NOT NULL,
    report_count integer NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (incident_id, revision)
);

-- `standing` orders what has the same time: pending < sent < delivered < seen < accepted …
CREATE TABLE delivery (
    delivery_id uuid PRIMARY KEY,
    alert_id uuid NOT NULL,
    incident_id uuid NOT NULL,
    agency text NOT NULL,
    channel text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    standing smallint NOT NULL,
    attempts integer NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX delivery_incident ON delivery (incident_id);

-- Which agencies were reached about an incident, and when first. Stays true whatever happens to a delivery later.
CREATE TABLE told (
    incident_id uuid NOT NULL,
    agency text NOT NULL,
    first_at timestamptz NOT NULL,
    PRIMARY KEY (incident_id, agency)
);

-- What the reporter has been let know, once each.
CREATE TABLE report_status (
    report_id uuid NOT NULL,
    status text NOT NULL,
    PRIMARY KEY (report_id, status)
);
