"""Probes of charging stations over OCPP."""
