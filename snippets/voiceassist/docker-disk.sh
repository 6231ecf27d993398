# /// snippet
# title = "See how much of the disk Docker takes"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "engine-stopped"
# timeout = 60
#
# [[expect]]
# columns = ["TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"]
#
# [[expect]]
# matches = "^Images +[1-9]"
#
# [[expect]]
# matches = "^[0-9.]+[MG]\\s+/var/lib/docker$"
# ///
docker system df
sudo du -xsh /var/lib/docker
