-- Each time somebody opened a reporter's contact details: written before they are shown. It outlives the report, so nothing refers to it,
-- and then says no more than that it was done. `token_id` is NULL where it was done on the server itself.
CREATE TABLE disclosure (
    id uuid PRIMARY KEY,
    report_id uuid NOT NULL,
    municipality text NOT NULL,
    way text NOT NULL CHECK (way IN ('page', 'api', 'server')),
    token_id uuid CHECK ((token_id IS NULL) = (way = 'server')),
    opened_by text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
COMMENT ON COLUMN disclosure.reason IS 'NULL since the report was disposed of';
CREATE INDEX disclosure_report ON disclosure (report_id, at);
CREATE INDEX disclosure_at ON disclosure (at);
