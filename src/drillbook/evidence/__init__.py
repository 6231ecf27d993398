"""The record of a verdict: whether it still holds, and who vouches for it.

In: a verdict; what the snippet depends on.
Out: `evidence/**.json`; how each snippet stands today.
Called by: site, check, audit, plan, pytest_plugin.
"""
