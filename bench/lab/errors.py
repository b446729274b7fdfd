"""The base of what can be wrong with a lab, as opposed to a device in it."""

from __future__ import annotations


class LabError(Exception):
    """Something about the lab config or the lab itself; the message says what to do."""
