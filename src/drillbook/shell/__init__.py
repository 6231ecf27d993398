"""Shell text read as bash reads it: statements, words, scripts inside scripts.

In: the text of a snippet.
Out: a frozen `Script`, and whether two are the same program.
Called by: project, lint, verify.
"""
