"""Shell text read as bash reads it: statements, words, scripts inside scripts.

In: the text of a snippet.
Out: its syntax tree, and whether two texts are the same program.
Called by: project, lint, verify.
"""
