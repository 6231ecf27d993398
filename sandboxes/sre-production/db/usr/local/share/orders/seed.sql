-- Orders of the last four weeks, relative to now, nearly all of them paid and sent. Run as the owner of the database.
BEGIN;
TRUNCATE customer_order, shipment RESTART IDENTITY;
INSERT INTO customer_order (customer_id, product_id, cents, state, ordered_at)
SELECT 1 + n * 7 % 500, p.id, p.cents, CASE WHEN n % 200 = 0 THEN 'failed' ELSE 'paid' END, now() - (20001 - n) * interval '2 minutes'
FROM generate_series(1, 20000) AS n JOIN product p ON p.id = 1 + n % 40
ORDER BY n;
INSERT INTO shipment
SELECT id, (ARRAY['Northern Post', 'Swift Parcel', 'Green Bike'])[1 + id % 3], ordered_at + interval '90 minutes'
FROM customer_order WHERE state = 'paid' AND ordered_at < now() - interval '2 hours';
COMMIT;
ANALYZE customer_order, shipment;
