-- A bucket is written again with each report: without an index on what changes, that is done in place.
DROP INDEX rate_bucket_empty_at;
ALTER TABLE rate_bucket SET (fillfactor = 50);
