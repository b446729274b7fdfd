"""Probes over IEEE 2030.5: one module a control."""
