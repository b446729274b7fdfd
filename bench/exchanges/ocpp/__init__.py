"""Exchanges with charging stations over OCPP."""
