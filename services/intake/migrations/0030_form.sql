-- What only the citizen's form asks: answers are chosen from fixed ones, never written. A report may name an earlier one, which
-- it adds to or is believed to be the same as; both stand.
CREATE TABLE form_report (
    report_id uuid PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    danger text,
    occurred_until timestamptz,
    answers jsonb,
    follows uuid REFERENCES report (id) ON DELETE SET NULL,
    relation text
);
CREATE INDEX form_report_follows ON form_report (follows) WHERE follows IS NOT NULL;
-- Where similar reports are looked for; the few kinds that may be shown to anybody.
CREATE INDEX report_nearby ON report (municipality, category_hint, occurred_at)
    WHERE lat IS NOT NULL AND source = 'citizen' AND category_hint IS NOT NULL;
