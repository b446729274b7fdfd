"""Exchanges over CTA-2045, a module a kind of row."""
