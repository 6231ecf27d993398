"""All that is known to be wrong without running a snippet: `drillbook check`.

In: a project.
Out: problems, each with its line.
Called by: the command line.
"""
