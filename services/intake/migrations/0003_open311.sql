-- What came by Open311, beside the report itself: by whose token, and what only that protocol asks for. What a client sends
-- as an update of an earlier request is a report too, which follows that one.
CREATE TABLE open311_request (
    report_id uuid PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    token_id uuid NOT NULL REFERENCES token (id),
    jurisdiction text NOT NULL,
    service_code text NOT NULL,
    follows uuid REFERENCES report (id) ON DELETE CASCADE,
    address_id text,
    media_urls text[] NOT NULL,
    attributes jsonb NOT NULL,
    requested_at timestamptz NOT NULL
);
CREATE INDEX open311_request_of_token ON open311_request (token_id, requested_at);
CREATE INDEX open311_request_of_service ON open311_request (jurisdiction, service_code, requested_at);
CREATE INDEX open311_request_follows ON open311_request (follows) WHERE follows IS NOT NULL;
-- Clients ask every few minutes what has changed since then.
CREATE INDEX report_status_at ON report_status (at);
