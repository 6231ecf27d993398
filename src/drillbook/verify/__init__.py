"""Runs and pastes one snippet in a live sandbox, between two measurements, and judges what came of it.

In: a rendered snippet, a live sandbox.
Out: a `Verdict`.
Called by: pytest_plugin.
"""
