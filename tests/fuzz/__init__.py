"""Damaged and nonsensical input: refused in words, whatever it is."""
