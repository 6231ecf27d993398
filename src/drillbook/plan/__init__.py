"""What a run has to run: what changed against a base, today's share, one of several shards.

In: units of work, and facts about them.
Out: a `Plan`, a shard.
Called by: the command line, pytest_plugin.
"""
