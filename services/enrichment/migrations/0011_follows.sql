-- The earlier report that a reporter names, and how. It may come later than the one that names it, or never.
ALTER TABLE report
    ADD COLUMN follows uuid,
    ADD COLUMN relation text;
CREATE INDEX report_follows ON report (follows) WHERE follows IS NOT NULL;
-- How that decided the incident; NULL where likeness did.
ALTER TABLE link ADD COLUMN tie text;
