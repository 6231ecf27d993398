# /// snippet
# title = "It fills a disk"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
sudo mount -t tmpfs -o size=1m tmpfs /mnt </dev/null
sudo dd if=/dev/zero of=/mnt/fill bs=1M count=4 status=none </dev/null
sudo umount /mnt </dev/null
echo healthy
