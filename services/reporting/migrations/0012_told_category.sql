-- As which category a report's reporter has been told it was assessed, and when it was.
ALTER TABLE report_status
    ADD COLUMN at timestamptz,
    ADD COLUMN category text;
