"""Incident runbooks whose commands are known to work."""
