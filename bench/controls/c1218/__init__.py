"""Probes at the optical port of an ANSI meter: one module a control. Found by entry-point group ``amibench.probes``."""
