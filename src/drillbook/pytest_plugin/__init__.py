"""The edge to pytest: a snippet in an environment is an item.

In: a project, and what pytest was told.
Out: verdicts, reports, progress.
Called by: pytest, `drillbook verify`, the gate.
"""
