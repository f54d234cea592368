-- Who asked for news of a report by e-mail. The address is sealed under the report's key and goes with the report, or when one
-- stops the news. Until the code that was sent to it is entered, nothing but that code is sent to it.
CREATE TABLE email_news (
    report_id uuid PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    asked_id uuid NOT NULL, -- another one with each asking, so that nothing of an earlier one is taken for it
    state text NOT NULL CHECK (state IN ('asked', 'verified', 'refused')),
    address bytea,
    language text NOT NULL,
    code bytea NOT NULL, -- a digest, keyed with the report's key
    code_ends_at timestamptz NOT NULL,
    wrong_tries integer NOT NULL DEFAULT 0,
    refusal text, -- the mail server's number for why it refused the address for good
    CONSTRAINT email_news_refused CHECK ((state = 'refused') = (address IS NULL) AND (state = 'refused') = (refusal IS NOT NULL))
);

-- Messages to be sent, and those that were: no address and no words. `id` is in the Message-ID, so a repeat is recognised.
CREATE TABLE email_message (
    id uuid PRIMARY KEY,
    report_id uuid NOT NULL REFERENCES email_news (report_id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('code', 'news')),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'given_up')),
    code bytea, -- sealed, until it is sent
    made_at timestamptz NOT NULL,
    next_try_at timestamptz NOT NULL, -- for one that a process sends just now: when another one may take it over
    tries integer NOT NULL DEFAULT 0,
    settled_at timestamptz,
    reason text,
    CONSTRAINT email_message_code CHECK (code IS NULL OR (kind = 'code' AND state = 'waiting'))
);
CREATE INDEX email_message_waiting ON email_message (next_try_at) WHERE state = 'waiting';
CREATE INDEX email_message_of_report ON email_message (report_id);

-- What there is to tell. Several items close together go into one message.
CREATE TABLE email_item (
    id uuid PRIMARY KEY, -- derived from what it tells, so that it is told once
    report_id uuid NOT NULL REFERENCES email_news (report_id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('status', 'question')),
    status text,
    at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    message_id uuid REFERENCES email_message (id) ON DELETE CASCADE,
    CONSTRAINT email_item_status CHECK ((kind = 'status') = (status IS NOT NULL))
);
CREATE INDEX email_item_due ON email_item (due_at) WHERE message_id IS NULL;
CREATE INDEX email_item_of_report ON email_item (report_id);
CREATE INDEX email_item_of_message ON email_item (message_id) WHERE message_id IS NOT NULL;
