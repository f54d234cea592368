-- Staff's pages. A browser shows a secret of its own instead of the token; only its digest is kept, so a copy of this table opens
-- nothing. A session is good while its token is.
CREATE TABLE staff_session (
    digest bytea PRIMARY KEY,
    token_id uuid NOT NULL REFERENCES token (id) ON DELETE CASCADE,
    began_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);

-- Everything that was decided about a held report; `quarantine` itself has the latest. What one person decided at once shares a
-- `decision_id`.
CREATE TABLE quarantine_decision (
    report_id uuid NOT NULL REFERENCES quarantine (report_id) ON DELETE CASCADE,
    decision_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('released', 'rejected')),
    decided_at timestamptz NOT NULL,
    decided_by text NOT NULL,
    note text,
    PRIMARY KEY (report_id, decision_id)
);
CREATE INDEX quarantine_decision_at_once ON quarantine_decision (decision_id);
INSERT INTO quarantine_decision (report_id, decision_id, state, decided_at, decided_by, note)
SELECT report_id, gen_random_uuid(), state, decided_at, decided_by, note FROM quarantine
WHERE state IN ('released', 'rejected') AND decided_at IS NOT NULL AND decided_by IS NOT NULL;
