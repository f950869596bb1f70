"""The seeded simulator: one seed is one simulated year of a house in which much goes wrong.

`python -m tests.simulation 4711` plays one year again and tells it line by line.
"""
