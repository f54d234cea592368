-- A person's correction is worth telling even when it lowers or moves. corrected_revision: the revision of the incident that
-- last brought one; incident_revision: the one that an alert told of. An alert below corrected_revision may be wrong.
ALTER TABLE incident ADD COLUMN corrected_revision integer NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN incident_revision integer NOT NULL DEFAULT 0;
