# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# ///
echo "active @{{ shop.contacts.lead.title }}@"
