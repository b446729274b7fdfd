"""Probes over OpenADR: one module a control; those that need not know how a signal travels are 2030.5's."""
