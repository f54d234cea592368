-- What people submitted, as they said it. Only the redacted text leaves this schema, by the outbox.
CREATE TABLE report (
    id uuid PRIMARY KEY,
    tracking_code text NOT NULL UNIQUE,
    source text NOT NULL,
    municipality text NOT NULL,
    text text NOT NULL,
    place_text text,
    lat double precision,
    lon double precision,
    accuracy_m double precision,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    category_hint text,
    language text,
    external_id text
);

-- Who submitted it, for those who said so. Apart, so that it can be closed off and disposed of on its own.
CREATE TABLE contact (
    report_id uuid PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    name text,
    email text,
    phone text
);

-- What became of it, as the reporter may follow it. A report without rows is received and no more.
CREATE TABLE report_status (
    report_id uuid NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    status text NOT NULL,
    note text,
    PRIMARY KEY (report_id, at, status)
);

CREATE TABLE idempotency (
    scope text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    report_id uuid NOT NULL,
    tracking_code text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_expires_at ON idempotency (expires_at);
