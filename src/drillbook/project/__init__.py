"""Everything under one root, read once, and the one function that renders.

In: `environments/`, `snippets/`, `messages/`, `sandboxes/*/sandbox.yml` and the top of each page.
Out: a `Project`; the text of a snippet in an environment.
Called by: whatever works on a project.
"""
