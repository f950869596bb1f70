"""Drills: what an operator would have to do one day, done often and measured."""
