-- The cluster as it is built into the image. Names of role and database, and the password, are set when a sandbox starts;
-- `seed.sql` then lays out what is relative to now.
CREATE ROLE aegis_api LOGIN;
CREATE DATABASE aegis OWNER aegis_api;

\connect aegis
SET ROLE aegis_api;
CREATE TABLE repository (
  id integer PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE file (
  id integer PRIMARY KEY,
  repository_id integer NOT NULL REFERENCES repository,
  path text NOT NULL,
  content text NOT NULL
);
CREATE INDEX ON file (repository_id, id);
-- Without an index on the repository: a page of the runbook adds one.
CREATE TABLE finding (
  id integer PRIMARY KEY,
  repository_id integer NOT NULL REFERENCES repository,
  severity text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
  rule text NOT NULL,
  path text NOT NULL,
  line integer NOT NULL,
  found_at timestamptz NOT NULL,
  resolved_at timestamptz
);

INSERT INTO repository
SELECT n, name
FROM unnest(ARRAY['monolith', 'billing', 'gateway', 'identity', 'ledger', 'mailer', 'notifier', 'portal', 'reports', 'scheduler', 'search', 'uploads'])
  WITH ORDINALITY AS r (name, n);
-- The first repository is the large one: 400 files of about 64 kB. The others have 30 of about 3 kB.
INSERT INTO file
SELECT n, 1, format('src/module_%s.src', n), repeat(E'for each item in list { total = total + item.price * item.amount; }\n', 950) || E'debug = true\nhash = md5(item)\n'
FROM generate_series(1, 400) AS n;
INSERT INTO file
SELECT 1000 * r.id + n, r.id, format('src/part_%s.src', n), repeat(E'if (input.isEmpty()) { return defaults; }\n', 75)
  || CASE WHEN n % 10 = 0 THEN E'password = "correct horse"\n' ELSE '' END
FROM repository r CROSS JOIN generate_series(1, 30) AS n WHERE r.id > 1;
