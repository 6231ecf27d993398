"""The bodies of the macros, the HTML that takes their place, and the build of all trees.

In: a project, and evidence.
Out: `site/`, whole or not at all.
Called by: mkdocs_plugin, check, audit, and the command line.
"""
