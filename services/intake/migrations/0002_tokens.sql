-- Who may report as somebody else than a citizen, or by Open311. Only the digest of a token is kept: it is shown once.
CREATE TABLE token (
    id uuid PRIMARY KEY,
    digest bytea NOT NULL UNIQUE,
    name text NOT NULL,
    municipality text, -- NULL: any
    scopes text[] NOT NULL,
    given boolean NOT NULL DEFAULT false, -- by INTAKE_TOKENS
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz -- within a minute
);
-- A name says which one to revoke, so only one that is in force may bear it.
CREATE UNIQUE INDEX token_name_in_force ON token (name) WHERE revoked_at IS NULL;
