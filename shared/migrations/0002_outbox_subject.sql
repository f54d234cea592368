-- What waits to be told of something that is disposed of is found by what it is about, however long the line.
CREATE INDEX outbox_subject ON outbox ((headers ->> 'ce_subject'));
