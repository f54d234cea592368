-- What an online geocoder answered, kept for good: the same reports read again give the same places. A row holds the words
-- that were sent and knows nothing of the report they come from. `consent`: on whose decision the server was asked.
CREATE TABLE online_place (
    server text NOT NULL,
    query text NOT NULL,
    municipality text NOT NULL,
    hits jsonb NOT NULL,
    asked_at timestamptz NOT NULL,
    consent text NOT NULL,
    PRIMARY KEY (server, municipality, query)
);

-- When a server may next be asked, by whichever process.
CREATE TABLE online_turn (
    server text PRIMARY KEY,
    next_at timestamptz NOT NULL
);
