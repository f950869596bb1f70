"""Several houses in one host: nothing of one is ever found in another."""
