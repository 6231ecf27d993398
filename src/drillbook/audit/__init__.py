"""The proof that a built site shows what its sources render and its evidence says, worked out again independently.

In: a built site, a project, evidence.
Out: problems.
Called by: the command line.
"""
