-- Which editions quote which incidents, so that what is disposed of can be taken out of them; `disposed_reports`: of how many of
-- the incident's reports the words were gone when it was frozen, or when words were last taken out.
CREATE TABLE situation_report_incident (
    incident_id uuid NOT NULL,
    municipality text NOT NULL,
    number integer NOT NULL,
    disposed_reports integer NOT NULL,
    PRIMARY KEY (incident_id, municipality, number)
);
INSERT INTO situation_report_incident (incident_id, municipality, number, disposed_reports)
SELECT DISTINCT told.id::uuid, municipality, number, 0
FROM situation_report CROSS JOIN LATERAL (
    SELECT jsonb_path_query(content::jsonb, '$.**.incident_id') #>> '{}'
    UNION SELECT jsonb_path_query(content::jsonb, '$.**.incident_ids[*]') #>> '{}'
) AS told (id);
-- Pages that were taken back because words in them had to go are made again when somebody asks for them.
ALTER TABLE situation_report ALTER COLUMN pdf DROP NOT NULL;
