COMMENT ON COLUMN incident.not_alerted IS
    'Why nobody was alerted of it: history, told_late, nobody_concerned or withdrawn; null when somebody was.';
