-- Findings of the last four weeks, relative to now; one in four is still active. Run as the owner of the database.
BEGIN;
TRUNCATE finding;
INSERT INTO finding
SELECT n, 1 + n / 4 % 12, (ARRAY['low', 'low', 'low', 'low', 'medium', 'medium', 'medium', 'high', 'high', 'critical'])[1 + n / 4 % 10],
  (ARRAY['debug-left-on', 'debug-left-on', 'debug-left-on', 'debug-left-on', 'weak-hash', 'weak-hash', 'weak-hash', 'query-from-text', 'command-from-input', 'hard-coded-secret'])[1 + n / 4 % 10],
  format('src/part_%s.src', 1 + n % 30), 1 + n % 75, now() - (4001 - n) * interval '10 minutes',
  CASE WHEN n % 4 > 0 THEN now() - (4001 - n) * interval '8 minutes' END
FROM generate_series(1, 4000) AS n;
COMMIT;
ANALYZE finding;
