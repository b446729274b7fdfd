"""Default credentials of office systems and their portals: what an attacker tries first.

Half of a dictionary are passwords that public manuals and examples show for servers, data bases and portals (none was
confirmed by its supplier: `unverified`), then what follows from the system's own name plate; the other half is common
everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from bench.lab.device import Identity

PUBLISHED = (
    "12345678", "admin", "changeit", "changeme", "tomcat", "s3cret", "manager", "weblogic1", "welcome1", "postgres",
    "oracle", "tiger", "sa", "root", "toor", "rabbitmq", "guest", "elastic", "kibana", "grafana", "demo", "example",
    "password1!", "P@ssw0rd", "Passw0rd!", "Secret123", "00000000", "test1234", "portal", "utility", "customer",
)  # fmt: skip
"""Passwords that were seen in public as those of servers and portals."""

COMMON = (
    "password", "123456", "1234", "qwerty", "111111", "123456789", "12345", "letmein", "welcome", "abc123", "monkey",
    "dragon", "iloveyou", "sunshine", "princess", "football", "master", "login", "starwars", "passw0rd", "trustno1",
    "hello123", "freedom", "whatever", "qazwsx", "superman", "696969", "shadow", "michael", "jennifer", "secret",
    "summer2025", "winter2025", "energy", "electric", "meter", "default", "user", "public", "service", "operator",
    "87654321", "654321", "Password1", "system", "test", "support", "backup", "office", "billing",
)  # fmt: skip
"""Passwords of anything."""

USERS = ("admin", "root", "user", "test", "guest", "operator", "service", "portal")
"""Names of accounts that systems come with."""


def passwords(count: int, identity: Identity) -> list[str]:
    """``count`` different passwords: published and common ones by turns, then those of the name plate."""
    by_turns = chain.from_iterable(zip(PUBLISHED, COMMON, strict=False))
    return list(islice(dict.fromkeys((*by_turns, *_of_name_plate(identity), *COMMON, *_years())), count))


def _of_name_plate(identity: Identity) -> Iterator[str]:
    for name in (identity.manufacturer, identity.model, identity.serial):
        yield from (f"{name}{ending}" for ending in ("", "1", "123", "1234") if name)


def _years() -> Iterator[str]:
    for word in ("Spring", "Summer", "Autumn", "Winter", "Welcome"):
        yield from (f"{word}{year}" for year in range(2018, 2027))
