"""Probes of controls on Bluetooth."""
