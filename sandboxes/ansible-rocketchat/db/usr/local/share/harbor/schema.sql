-- The cluster as it is built into the image. Names and the password are set when a sandbox starts.
CREATE ROLE harbor_service LOGIN;
CREATE DATABASE harbor_service OWNER harbor_service;
\connect harbor_service
CREATE EXTENSION pg_stat_statements;
SET ROLE harbor_service;
CREATE TABLE shipment (
  id integer PRIMARY KEY,
  recipient text NOT NULL,
  city text NOT NULL,
  status text NOT NULL
);
INSERT INTO shipment
SELECT n, (ARRAY['Aurora Logistics', 'Birch Dental', 'Cobalt Media', 'Delta Freight'])[1 + n % 4],
  (ARRAY['Hamburg', 'Rotterdam', 'Genoa'])[1 + n % 3], (ARRAY['booked', 'delivered', 'at sea'])[1 + n % 3]
FROM generate_series(1, 300) AS n;
