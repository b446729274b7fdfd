"""Exchanges with office systems: one module a kind of row. Found by entry-point group ``amibench.exchanges``."""
