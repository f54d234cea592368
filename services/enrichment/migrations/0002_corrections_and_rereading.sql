-- All that a report was read from, so that it can be read again by a later model or gazetteer.
ALTER TABLE report
    ADD COLUMN place_text text,
    ADD COLUMN point jsonb,
    ADD COLUMN category_hint text;
COMMENT ON COLUMN report.understood IS
    'what the model and the rules made of it; what persons said of it stands in `correction` and is laid above';

-- The order in which reports were linked: an incident made anew from its reports comes out the same.
ALTER TABLE link ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY;
DROP INDEX link_incident;
CREATE INDEX link_incident ON link (incident_id, position);

CREATE INDEX incident_began ON incident (municipality, first_occurred_at);
CREATE INDEX incident_by_id ON incident (municipality, id);

-- Counts the transactions that changed a municipality's incidents: who finds the number it left knows that nobody else has.
CREATE TABLE board (
    municipality text PRIMARY KEY,
    edition bigint NOT NULL
);

-- What persons said that a report, or without one a whole incident, really is. A row with `undoes` takes another back,
-- whichever of them came first.
CREATE TABLE correction (
    id uuid PRIMARY KEY,
    incident_id uuid NOT NULL REFERENCES incident (id),
    report_id uuid REFERENCES report (id) ON DELETE CASCADE,
    undoes uuid,
    made jsonb NOT NULL,
    at timestamptz NOT NULL,
    taken_at timestamptz NOT NULL
);
CREATE INDEX correction_incident ON correction (incident_id, at);
CREATE INDEX correction_report ON correction (report_id) WHERE report_id IS NOT NULL;
