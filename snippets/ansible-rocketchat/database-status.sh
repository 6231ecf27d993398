# /// snippet
# title = "See whether PostgreSQL runs, and answers"
# host = "control"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^ +Active: active \\(running\\) since "
#
# [[expect]]
# columns = ["now", "started", "recovering"]
#
# [[expect]]
# matches = "^ 20[0-9-]+ [0-9:.]+\\+[0-9]{2} \\| .* \\| f$"
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.db.name }}@ 'systemctl status postgresql@17-main --no-pager --lines 0'
ssh -n root@@{{ ansible_rocketchat.hosts.db.name }}@ 'sudo -u @{{ ansible_rocketchat.database.admin }}@ psql -X -d @{{ ansible_rocketchat.database.name }}@ -c "SELECT now(), pg_postmaster_start_time() AS started, pg_is_in_recovery() AS recovering"'
