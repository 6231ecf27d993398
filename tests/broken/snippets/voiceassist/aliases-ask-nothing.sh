# /// snippet
# title = "Aliases that show the same on a broken system"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# silent = "it defines an alias"
# [alias.va-name]
# contains = "voiceassist"
# ///
alias va-name='echo voiceassist'
