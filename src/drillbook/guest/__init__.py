"""What is sent into hosts: it starts shells, types into terminals, reads probes, notes statuses, tries the seal.

In: requests, one JSON a line, on standard input.
Out: replies, likewise. The standard library alone: a host has nothing of ours.
Called by: sandbox, which sends the source.
"""
