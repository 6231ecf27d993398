# /// snippet
# title = "See the API's configuration as Compose reads it, without passwords"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "settings-emptied"
# timeout = 20
#
# [[expect]]
# json = { image = "voiceassist/server", environment = { API_PORT = "@{{ voiceassist.ports.api }}@" } }
#
# [[expect]]
# contains = "postgresql://@{{ voiceassist.database.user }}@:***@postgres:5432/@{{ voiceassist.database.name }}@"
# ///
docker compose config --format json |
  jq '.services["voiceassist-server"] | .environment |= with_entries(
    if .key | test("PASSWORD|SECRET|TOKEN|_KEY$") then .value = "***" else .value |= sub("://(?<user>[^:@/]*):[^@]*@"; "://\(.user):***@") end)'
