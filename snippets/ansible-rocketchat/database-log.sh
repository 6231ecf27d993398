# /// snippet
# title = "Read the end of PostgreSQL's log"
# host = "control"
# risk = "read-only"
# control = "database-log-emptied"
# timeout = 20
#
# [[expect]]
# matches = "^[0-9-]+ [0-9:.]+ UTC \\[[0-9]+\\] .*LOG: +process [0-9]+ still waiting for ShareUpdateExclusiveLock on relation "
#
# [[expect]]
# lines = { min = 1, max = 40 }
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.db.name }}@ 'tail -n 40 /var/log/postgresql/postgresql-17-main.log'
