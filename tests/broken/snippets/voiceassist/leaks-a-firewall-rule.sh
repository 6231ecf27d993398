# /// snippet
# title = "A rule of the firewall"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy
sudo iptables -A INPUT -s 192.0.2.1 -j DROP
