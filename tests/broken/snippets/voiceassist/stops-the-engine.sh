# /// snippet
# title = "It is called read-only, and stops the engine"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 30
# [[expect]]
# contains = "healthy"
# ///
echo healthy
sudo systemctl stop docker.socket docker.service
