# /// snippet
# title = "Raise the size of the API's pool in .env"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["deployment-files"]
# undo = "voiceassist/reset-pool-size"
# timeout = 10
#
# [[expect]]
# equals = "DB_POOL_SIZE=@{{ voiceassist.database.pool_size_raised }}@\n"
# ///
sed -i 's/^DB_POOL_SIZE=.*/DB_POOL_SIZE=@{{ voiceassist.database.pool_size_raised }}@/' .env && grep '^DB_POOL_SIZE=' .env
