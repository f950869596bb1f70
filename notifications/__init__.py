"""Owed messages become mail: written, checked, handed to a server, and each try judged."""
