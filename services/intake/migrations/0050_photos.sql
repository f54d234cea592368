-- Photos of reports. The photo itself lies elsewhere, sealed by a key of its own; that key is in `sealed`, sealed by the report's key.
CREATE TABLE photo (
    id uuid PRIMARY KEY,
    report_id uuid NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    digest bytea NOT NULL, -- of the file that was sent, keyed with the report's key
    sealed bytea NOT NULL, -- what opens it, and what its sender says it shows
    width integer NOT NULL,
    height integer NOT NULL,
    thumbnail_at integer NOT NULL,
    thumbnail_bytes integer NOT NULL,
    display_bytes integer NOT NULL,
    added_at timestamptz NOT NULL,
    UNIQUE (report_id, digest)
);

-- Photos that belonged to a report and are to be erased from where they lie, however their rows went.
CREATE TABLE photo_to_erase (
    id uuid PRIMARY KEY,
    since timestamptz NOT NULL
);
CREATE FUNCTION note_photos_to_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO photo_to_erase (id, since) SELECT id, now() FROM gone_now ON CONFLICT (id) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER note_photos_to_erase AFTER DELETE ON photo
    REFERENCING OLD TABLE AS gone_now FOR EACH STATEMENT EXECUTE FUNCTION note_photos_to_erase();
