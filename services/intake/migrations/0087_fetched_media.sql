-- Pictures that a client told the address of, where the settings name the place they lie: when to fetch them, and how often it was
-- tried. Those from before are left where they are.
ALTER TABLE open311_request ADD COLUMN media_tries smallint NOT NULL DEFAULT 0, ADD COLUMN media_due_at timestamptz;
ALTER TABLE open311_request ALTER COLUMN media_due_at SET DEFAULT now();
CREATE INDEX open311_request_media_due ON open311_request (media_due_at) WHERE media_due_at IS NOT NULL AND media_urls <> '{}';
