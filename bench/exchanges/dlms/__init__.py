"""Exchanges with a DLMS meter: one module a kind of row. Found by entry-point group ``amibench.exchanges``."""
