-- Of how many of the incident's reports the words were gone when the alert was written: what is gone since, it may still quote.
ALTER TABLE alert ADD COLUMN disposed_reports integer NOT NULL DEFAULT 0;
