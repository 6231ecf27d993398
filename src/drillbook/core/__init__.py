"""What every other package stands on: the nouns, problems with file and line, locks, files, and being told to end.

In: nothing of ours.
Out: frozen values, errors, the index of what was found out before.
Called by: all others.
"""
