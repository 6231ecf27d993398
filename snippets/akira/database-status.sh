# /// snippet
# title = "See whether the primary's PostgreSQL runs, and answers as a primary"
# host = "workstation"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^ +Active: active \\(running\\) since "
#
# [[expect]]
# columns = ["now", "is_replica"]
#
# [[expect]]
# matches = "^ 20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:.]+\\+[0-9]{2} \\| f$"
# ///
ssh -n root@@{{ akira.hosts.db.name }}@ 'systemctl status postgresql@17-main --no-pager --lines 5'
ssh -n root@@{{ akira.hosts.db.name }}@ 'sudo -u @{{ akira.database.admin }}@ psql -X -d @{{ akira.database.name }}@ -c "SELECT now(), pg_is_in_recovery() AS is_replica"'
