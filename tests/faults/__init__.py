"""Servers and stores that fail on purpose, at a named moment."""
