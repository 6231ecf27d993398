"""The edge to MkDocs: a plugin, and the same hooks for a site that runs our macros through mkdocs-macros-plugin.

In: the settings of a MkDocs site, its pages.
Out: pages with blocks, tables and values; the theme's parts.
Called by: MkDocs (`plugins: [drillbook]`), `macros/`.
"""
