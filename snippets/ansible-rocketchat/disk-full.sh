# /// snippet
# title = "See how full the disk with the database is, and what takes the space"
# host = "control"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# number = { pattern = "([0-9]+)% /$", max = 95 }
#
# [[expect]]
# columns = ["data_directory", "log_ahead", "databases"]
#
# [[expect]]
# matches = "^ /var/lib/postgresql/17/main \\| [0-9]+ [kMG]B +\\| [0-9]+ [kMG]B$"
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.db.name }}@ 'df -h /var/lib/postgresql/17/main'
ssh -n root@@{{ ansible_rocketchat.hosts.db.name }}@ 'df -i /var/lib/postgresql/17/main'
ssh root@@{{ ansible_rocketchat.hosts.db.name }}@ 'sudo -u @{{ ansible_rocketchat.database.admin }}@ psql -X -v ON_ERROR_STOP=1 -d @{{ ansible_rocketchat.database.name }}@' <<'END'
SELECT current_setting('data_directory') AS data_directory, pg_size_pretty(sum(size)) AS log_ahead,
  (SELECT pg_size_pretty(sum(pg_database_size(oid))) FROM pg_database) AS databases FROM pg_ls_waldir();
END
