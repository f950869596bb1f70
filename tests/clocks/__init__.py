"""Clocks: the machine's own, wherever it stands and whatever it says, and those of a case."""
