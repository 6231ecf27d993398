-- The cluster as it is built into the image. The name of the role, and the passwords, are set when a sandbox starts.
CREATE ROLE akira LOGIN;
CREATE DATABASE akira OWNER akira;
-- For streaming, and for pg_rewind (the functions that its documentation names).
CREATE ROLE replicator LOGIN REPLICATION;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean) TO replicator;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_file(text, boolean) TO replicator;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_binary_file(text) TO replicator;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean) TO replicator;

\connect akira
SET ROLE akira;
CREATE TABLE customer (
  id integer PRIMARY KEY,
  name text NOT NULL,
  number text NOT NULL UNIQUE
);
CREATE TABLE rate (
  prefix text PRIMARY KEY,
  description text NOT NULL,
  cents_per_minute numeric(6, 2) NOT NULL
);
-- One row for each call that is over. Only the CDR worker writes here; the key makes a message that comes twice harmless.
CREATE TABLE cdr (
  call_id text PRIMARY KEY,
  caller text NOT NULL,
  callee text NOT NULL,
  started_at timestamptz NOT NULL,
  answered_at timestamptz,
  ended_at timestamptz NOT NULL,
  status integer NOT NULL,
  pdd_ms integer,
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON cdr (started_at);

INSERT INTO customer
SELECT n, name, '4930555' || lpad((n * 1307)::text, 5, '0')
FROM unnest(ARRAY['Aurora Logistics', 'Birch Dental', 'Cobalt Media', 'Delta Freight', 'Elm Street Books', 'Fjord Travel']) WITH ORDINALITY AS c (name, n);
INSERT INTO rate VALUES
  ('39', 'Italy', 1.90), ('393', 'Italy, mobile', 9.50), ('44', 'United Kingdom', 1.40), ('49', 'Germany', 1.20), ('4915', 'Germany, mobile', 7.80);
