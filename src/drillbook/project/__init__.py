"""Everything under one root, read once, and the one function that renders.

In: `environments/`, `snippets/`, `messages/`, `sandboxes/*/sandbox.yml` and the pages.
Out: a `Project`; the text of a snippet in an environment.
Called by: whatever works on a project.
"""
