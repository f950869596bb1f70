"""The command line, driven as other programs would drive it."""
