# /// snippet
# title = "It asks for something"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
read -r -p 'Which release? ' release
echo "healthy: $release"
