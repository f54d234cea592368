-- What each report was understood to say. The text is the redacted one that travels.
CREATE TABLE report (
    id uuid PRIMARY KEY,
    municipality text NOT NULL,
    source text NOT NULL,
    text text NOT NULL,
    language text NOT NULL,
    category text NOT NULL,
    category_confidence double precision NOT NULL,
    severity smallint NOT NULL,
    hearsay boolean NOT NULL,
    understood jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    model_version text NOT NULL,
    gazetteer_version text NOT NULL,
    enriched_at timestamptz NOT NULL
);

-- `state` is everything linking needs to know of an incident; the other columns are for finding it.
CREATE TABLE incident (
    id uuid PRIMARY KEY,
    municipality text NOT NULL,
    revision integer NOT NULL,
    category text NOT NULL,
    severity smallint NOT NULL,
    first_occurred_at timestamptz NOT NULL,
    last_occurred_at timestamptz NOT NULL,
    state jsonb NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX incident_open ON incident (municipality, last_occurred_at);

-- Why a report belongs to an incident, a row for each: a merge that was wrong can be seen and taken apart.
CREATE TABLE link (
    report_id uuid PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    incident_id uuid NOT NULL REFERENCES incident (id),
    is_new boolean NOT NULL,
    is_repeat boolean NOT NULL,
    confidence double precision NOT NULL,
    reason text NOT NULL,
    linked_at timestamptz NOT NULL
);
CREATE INDEX link_incident ON link (incident_id);
