"""What is wrong with a text before anything runs; and the extraction of a fence into a snippet.

In: rendered snippets, Markdown.
Out: problems, each with its line.
Called by: check, and the command line.
"""
