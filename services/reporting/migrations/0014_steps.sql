-- What staff say was done about an incident, and that it is closed, as those who reported it are told. `text` is empty when nothing was
-- written, or when all that told of the incident is gone.
CREATE TABLE incident_step (
    step_id uuid PRIMARY KEY,
    municipality text NOT NULL,
    incident_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('measure_taken', 'closed')),
    reason text,
    text text NOT NULL,
    text_en text,
    recorded_by text NOT NULL,
    at timestamptz NOT NULL,
    taken_back_by text,
    taken_back_at timestamptz,
    CONSTRAINT incident_step_reason CHECK ((status = 'closed') = (reason IS NOT NULL)),
    CONSTRAINT incident_step_taken_back CHECK ((taken_back_at IS NULL) = (taken_back_by IS NULL))
);
CREATE INDEX incident_step_incident ON incident_step (incident_id);

-- Which report was told of which step, and whether that was taken back; `times`: how often it was told, as a report can be moved to and fro.
CREATE TABLE told_step (
    report_id uuid NOT NULL,
    step_id uuid NOT NULL REFERENCES incident_step (step_id),
    times integer NOT NULL DEFAULT 1,
    is_taken_back boolean NOT NULL DEFAULT false,
    PRIMARY KEY (report_id, step_id)
);
CREATE INDEX told_step_step ON told_step (step_id);

-- When we came to know of the report. What comes after a closing is not closed with it: nobody has looked at it.
ALTER TABLE report_status ADD COLUMN known_at timestamptz;
