-- A lasting key outlives its report, so that the same file adds nothing; the digest of what it was used with does not.
CREATE INDEX idempotency_lasting ON idempotency (report_id) WHERE expires_at = 'infinity';
UPDATE idempotency SET fingerprint = ''
WHERE expires_at = 'infinity' AND report_id IN (SELECT report_id FROM disposal);
