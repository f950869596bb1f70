"""A house in memory: the same promises as a database, for as long as the process lives."""

from __future__ import annotations

from store.memory.house import MemoryStore

__all__ = ["MemoryStore"]
