# /// snippet
# title = "Put the size of the API's pool in .env back"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["deployment-files"]
# undo = { none = "It is itself the undo of the raised size; raise it again if you must." }
# timeout = 10
#
# [[expect]]
# equals = "DB_POOL_SIZE=@{{ voiceassist.database.pool_size }}@\n"
# ///
sed -i 's/^DB_POOL_SIZE=.*/DB_POOL_SIZE=@{{ voiceassist.database.pool_size }}@/' .env && grep '^DB_POOL_SIZE=' .env
