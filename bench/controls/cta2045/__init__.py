"""Probes of controls on CTA-2045."""
