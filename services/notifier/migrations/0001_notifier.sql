-- The newest state of each incident that was decided on. look_again_at: something changed too soon after an alert.
CREATE TABLE incident (
    incident_id uuid PRIMARY KEY,
    revision integer NOT NULL,
    state jsonb NOT NULL,
    traceparent text NOT NULL,
    look_again_at timestamptz
);
CREATE INDEX incident_look_again_at ON incident (look_again_at) WHERE look_again_at IS NOT NULL;

-- What an agency was told, word for word. revision counts the alerts to one agency about one incident.
CREATE TABLE alert (
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    alert_id uuid PRIMARY KEY,
    incident_id uuid NOT NULL REFERENCES incident (incident_id),
    agency text NOT NULL,
    revision integer NOT NULL,
    municipality text NOT NULL,
    kind text NOT NULL,
    issued_at timestamptz NOT NULL,
    body jsonb NOT NULL,
    traceparent text NOT NULL,
    receipt_status text,
    receipt_at timestamptz,
    UNIQUE (incident_id, agency, revision)
);
CREATE INDEX alert_of_agency ON alert (agency, position DESC);

-- One row for each way an alert goes. event_id: the outbox row (kafka); endpoint: the receiver (webhook).
CREATE TABLE delivery (
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    delivery_id uuid PRIMARY KEY,
    alert_id uuid NOT NULL REFERENCES alert (alert_id),
    incident_id uuid NOT NULL,
    agency text NOT NULL,
    revision integer NOT NULL,
    channel text NOT NULL CHECK (channel IN ('kafka', 'webhook')),
    endpoint uuid,
    event_id uuid UNIQUE,
    status text NOT NULL DEFAULT 'pending',
    attempts integer NOT NULL DEFAULT 0,
    reason text,
    next_attempt_at timestamptz,
    lease uuid,
    leased_until timestamptz,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (alert_id, channel, endpoint),
    CHECK ((channel = 'kafka') = (event_id IS NOT NULL)),
    CHECK ((channel = 'webhook') = (endpoint IS NOT NULL))
);
CREATE INDEX delivery_due ON delivery (endpoint, next_attempt_at) WHERE status = 'pending' AND channel = 'webhook';
CREATE INDEX delivery_before ON delivery (endpoint, incident_id, revision)
    WHERE status = 'pending' AND channel = 'webhook';
CREATE INDEX delivery_undelivered ON delivery (created_at) WHERE status = 'pending';
CREATE INDEX delivery_of_agency ON delivery (agency, position DESC);

-- Every attempt at an endpoint, whatever came of it.
CREATE TABLE delivery_attempt (
    delivery_id uuid NOT NULL REFERENCES delivery (delivery_id),
    attempt integer NOT NULL,
    at timestamptz NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    took_ms integer NOT NULL,
    PRIMARY KEY (delivery_id, attempt)
);

-- Every receipt that came, also those that were refused (wrong agency or unknown alert), with the reason.
CREATE TABLE receipt (
    receipt_id uuid PRIMARY KEY,
    alert_id uuid NOT NULL,
    agency text NOT NULL,
    status text NOT NULL,
    at timestamptz NOT NULL,
    note text,
    way text NOT NULL CHECK (way IN ('kafka', 'http')),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    refused text
);
CREATE INDEX receipt_of_alert ON receipt (alert_id);
