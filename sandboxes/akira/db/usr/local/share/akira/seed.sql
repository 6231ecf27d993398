-- Calls of the last day, relative to now: one every three minutes, of which one in twelve was busy and one in forty failed.
INSERT INTO cdr (call_id, caller, callee, started_at, answered_at, ended_at, status, pdd_ms, received_at)
SELECT format('%s-%s@akira', n, md5(n::text)), c.number, '4930' || lpad((n * 7919 % 10000000)::text, 7, '0'), s.at,
  CASE s.status WHEN 200 THEN s.at + interval '6 seconds' END, s.at + s.length, s.status, CASE WHEN s.status < 500 THEN 700 + n * 37 % 900 END,
  s.at + s.length + interval '40 milliseconds'
FROM generate_series(1, 480) n
JOIN customer c ON c.id = 1 + n % 6,
LATERAL (SELECT date_trunc('second', now()) - n * interval '3 minutes' AS at,
  CASE WHEN n % 12 = 0 THEN 486 WHEN n % 40 = 0 THEN 503 ELSE 200 END AS status,
  CASE WHEN n % 12 = 0 OR n % 40 = 0 THEN interval '4 seconds' ELSE (20 + n * 53 % 150) * interval '1 second' END AS length) s;
