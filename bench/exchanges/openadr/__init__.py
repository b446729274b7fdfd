"""Exchanges over OpenADR."""
