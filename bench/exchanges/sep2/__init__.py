"""Exchanges over IEEE 2030.5."""
