-- Why nobody was alerted of it, where that is because it is old news: 'history' or 'told_late'.
ALTER TABLE incident ADD COLUMN not_alerted text;
