"""Crashes: what a house is after its process died, at every point and at random."""
