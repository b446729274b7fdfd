"""The paths of an office system: those that its device file names, and those that services of its kind tend to have."""

from __future__ import annotations

from bench.access.office import OfficeAccess

UNDECLARED = (
    "/", "/admin", "/api", "/api/v1", "/debug", "/docs", "/openapi.json", "/swagger.json", "/redoc", "/env", "/info",
    "/actuator", "/actuator/env", "/server-status", "/logs", "/log", "/audit", "/backup", "/.git/HEAD", "/.env",
    "/robots.txt", "/users", "/customers", "/meters", "/readings", "/orders", "/keys", "/pki", "/cim", "/status",
)  # fmt: skip
"""Paths at which careless services answer: consoles, descriptions of their interface, logs, lists."""


def known_paths(access: OfficeAccess) -> tuple[str, ...]:
    """The paths that somebody may get here, as in the access table."""
    return access.rights.paths


def filled(path: str, meter: str, order: str = "order-0001") -> str:
    """A path of the access table with its places filled in."""
    return path.replace("{meter}", meter).replace("{order}", order)
