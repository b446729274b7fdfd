"""Exchanges at the optical port of an ANSI meter: one module a kind of row. Found by group ``amibench.exchanges``."""
