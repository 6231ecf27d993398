-- The cluster as it is built into the image. Names of roles and database, and the passwords, are set when a sandbox starts;
-- `seed.sql` then lays out what is relative to now.
CREATE ROLE orders_api LOGIN;
CREATE ROLE orders_reader LOGIN IN ROLE pg_read_all_data, pg_read_all_stats;
CREATE DATABASE orders OWNER orders_api;

\connect orders
SET ROLE orders_api;
CREATE TABLE customer (
  id integer PRIMARY KEY,
  name text NOT NULL
);
CREATE TABLE product (
  id integer PRIMARY KEY,
  name text NOT NULL,
  cents integer NOT NULL
);
-- Without an index on the customer: a page of the runbook adds one.
CREATE TABLE customer_order (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customer,
  product_id integer NOT NULL REFERENCES product,
  cents integer NOT NULL,
  state text NOT NULL CHECK (state IN ('new', 'paid', 'waiting', 'pay later', 'failed')),
  ordered_at timestamptz NOT NULL
);
CREATE TABLE shipment (
  order_id integer PRIMARY KEY REFERENCES customer_order ON DELETE CASCADE,
  carrier text NOT NULL,
  sent_at timestamptz NOT NULL
);

INSERT INTO customer SELECT n, 'Customer ' || n FROM generate_series(1, 500) AS n;
INSERT INTO product
SELECT n, (ARRAY['Kettle', 'Lamp', 'Chair', 'Desk', 'Shelf', 'Rug', 'Clock', 'Mirror'])[1 + n % 8] || ' ' || (ARRAY['small', 'medium', 'large', 'round', 'folding'])[1 + n % 5],
  1000 + 713 * n % 19000
FROM generate_series(1, 40) AS n;
