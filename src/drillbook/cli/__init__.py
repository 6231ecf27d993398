"""The command line, and the programs that `./run` starts.

In: arguments.
Out: exit code 0: good, 1: a verdict is bad, 2: bad input or set-up.
Called by: people, CI, `./run`.
"""
