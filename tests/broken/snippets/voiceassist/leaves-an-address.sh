# /// snippet
# title = "An address of the network"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy
sudo ip address add 192.0.2.77/32 dev lo
