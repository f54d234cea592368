-- Where a report is taken to be, told together with its category; what its reporter typed may be all there was of a place.
ALTER TABLE report_category
    ADD COLUMN lat double precision,
    ADD COLUMN lon double precision,
    ADD COLUMN accuracy_m double precision;
-- Similar reports are looked for by what they are taken for, and until that is told by what their reporters chose.
CREATE INDEX report_category_nearby ON report_category (category, at);
