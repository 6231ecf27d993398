# /// snippet
# title = "A setting of the kernel's network"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy
echo 0 | sudo tee /proc/sys/net/ipv4/tcp_window_scaling
