"""Exchanges over Bluetooth, a module a kind of row."""
