-- /// snippet
-- title = "Add an index on the repository of findings, while the table is in use"
-- host = "db"
-- risk = "changes"
-- changes = ["db-tables"]
-- undo = "cloudforge-aegis/drop-index"
-- timeout = 60
--
-- [[expect]]
-- columns = ["index_name", "valid"]
--
-- [[expect]]
-- matches = '^ finding_repository_id +\| t$'
-- ///
CREATE INDEX CONCURRENTLY finding_repository_id ON finding (repository_id);
SELECT indexrelid::regclass AS index_name, indisvalid AS valid FROM pg_index WHERE indrelid = 'finding'::regclass;
