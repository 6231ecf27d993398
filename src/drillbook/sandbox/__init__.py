"""A Docker Engine, and a sandbox that runs, is sealed, and comes back to its known state.

In: a sandbox's definition and the values of an environment.
Out: a `LiveSandbox` with a session into each host.
Called by: verify, pytest_plugin, and the command line.
"""
