-- What a report is taken for since when, as reporting last told it; it may be another kind than its reporter chose.
CREATE TABLE report_category (
    report_id uuid PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    category text NOT NULL,
    at timestamptz NOT NULL
);
-- That the questions about a kind were put on the page that follows the report, and answered or passed by. They are not put again.
CREATE TABLE report_asked (
    report_id uuid NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    category text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (report_id, category)
);
