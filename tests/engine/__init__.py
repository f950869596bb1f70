"""The law of the house, proved."""
