-- What was said and who said it are sealed (see `vault`). A row that holds plain text is from before; the service seals it.
ALTER TABLE report
    ADD COLUMN sealed bytea,
    ALTER COLUMN text DROP NOT NULL,
    ADD CONSTRAINT report_told_once CHECK ((text IS NULL) = (sealed IS NOT NULL) AND (sealed IS NULL OR place_text IS NULL));
COMMENT ON COLUMN report.text IS 'NULL since sealed holds it; rows from before are sealed when the service starts';
CREATE INDEX report_unsealed ON report (id) WHERE sealed IS NULL;

ALTER TABLE contact
    ADD COLUMN sealed bytea,
    ADD CONSTRAINT contact_told_once CHECK (sealed IS NULL OR coalesce(name, email, phone) IS NULL);

-- The data key of each report, wrapped by the master key of that name. Whoever erases a row here erases what it opened,
-- wherever else that is kept. No foreign key: the table can be backed up, or left out of a backup, on its own.
CREATE TABLE report_key (
    report_id uuid PRIMARY KEY,
    master_key text NOT NULL,
    wrapped bytea NOT NULL
);
CREATE INDEX report_key_master ON report_key (master_key, report_id);

-- Master keys that are gone from the key file.
CREATE TABLE retired_master_key (
    name text PRIMARY KEY,
    retired_at timestamptz NOT NULL
);

-- A process that was held up and never heard of a rotation must not wrap by a key that nobody has any more. It is told to
-- try again, and does so with the new one.
CREATE FUNCTION refuse_retired_master_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM retired_master_key JOIN wrapped_now ON wrapped_now.master_key = retired_master_key.name) THEN
        RAISE EXCEPTION 'wrapped by a master key that is retired' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refuse_retired_master_keys AFTER INSERT ON report_key
    REFERENCING NEW TABLE AS wrapped_now FOR EACH STATEMENT EXECUTE FUNCTION refuse_retired_master_keys();

-- What is left of a report that was disposed of: that there was one, when it went, and why. The digest of its tracking code
-- lets who holds the code be told so.
CREATE TABLE disposal (
    report_id uuid PRIMARY KEY,
    municipality text NOT NULL,
    reason text NOT NULL CHECK (reason IN ('withdrawn', 'retention', 'request')),
    at timestamptz NOT NULL,
    code_digest bytea NOT NULL UNIQUE
);
