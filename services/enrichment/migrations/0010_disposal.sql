-- Reports that are gone: whatever is still told of them, or told again, is not taken in. Kept for good, with nothing of what
-- they said.
CREATE TABLE disposal (
    report_id uuid PRIMARY KEY,
    municipality text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL
);
-- Why the words of a report are gone; its kind, its time and its incident are left, to be counted.
ALTER TABLE report ADD COLUMN disposed text;
