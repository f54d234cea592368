-- Against floods. No address is kept: a bucket is called by a digest keyed with the salt of the day, and salts of earlier days
-- are deleted, after which the digest says nothing. What is lost in a crash of the server may be lost.
CREATE UNLOGGED TABLE address_salt (
    day date PRIMARY KEY,
    salt bytea NOT NULL
);
CREATE UNLOGGED TABLE rate_bucket (
    subject bytea PRIMARY KEY,
    empty_at timestamptz NOT NULL, -- nothing counts any more then
    admitted integer NOT NULL, -- of the latest reports that were counted together
    burst integer NOT NULL,
    each_s double precision NOT NULL
);
CREATE INDEX rate_bucket_empty_at ON rate_bucket (empty_at);

-- Challenges that were solved and used, until they run out, and for which request.
CREATE TABLE solution_used (
    digest bytea PRIMARY KEY,
    used_for bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX solution_used_expires_at ON solution_used (expires_at);

-- Reports that were accepted and of which something speaks for a machine. The event of a held one waits here and not in the
-- outbox; so does that of a rejected one, which can still be released.
CREATE TABLE quarantine (
    report_id uuid PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('held', 'passed', 'released', 'rejected')),
    reasons text[] NOT NULL,
    alike bytea, -- the same for texts of one day that say nearly the same
    received_at timestamptz NOT NULL,
    release_at timestamptz, -- NULL: a person decides
    event_id uuid,
    topic text,
    key text,
    headers jsonb,
    body bytea,
    decided_at timestamptz,
    decided_by text,
    note text,
    CONSTRAINT quarantine_waits CHECK ((state IN ('held', 'rejected')) = (body IS NOT NULL))
);
CREATE INDEX quarantine_held ON quarantine (received_at) WHERE state = 'held';
CREATE INDEX quarantine_alike ON quarantine (alike);
