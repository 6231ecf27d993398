-- /// snippet
-- title = "Add an index on the customer of orders, while the table is in use"
-- host = "db"
-- risk = "changes"
-- changes = ["db-tables"]
-- undo = "sre-production/drop-index"
-- timeout = 60
--
-- [[expect]]
-- columns = ["index_name", "valid"]
--
-- [[expect]]
-- matches = '^ customer_order_customer_id +\| t$'
-- ///
CREATE INDEX CONCURRENTLY customer_order_customer_id ON customer_order (customer_id);
SELECT indexrelid::regclass AS index_name, indisvalid AS valid FROM pg_index WHERE indrelid = 'customer_order'::regclass;
