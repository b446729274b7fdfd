"""Certificates of a VTN and of VENs, and a right event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from drivers.cim.credentials import Credential
from drivers.openadr.events import Event, Interval, Signal, Target, currency_per_kwh
from drivers.openadr.identity import fingerprint_of
from drivers.openadr.vocabulary import SignalName, SignalType
from fixtures.home.pki import Authority

NOW = 1_767_571_200.0


@dataclass(frozen=True)
class Party:
    """Somebody with a certificate."""

    credential: Credential

    @property
    def certificate(self) -> bytes:
        return self.credential.certificate.public_bytes(Encoding.DER)

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.certificate)


def parties(*names: str) -> dict[str, Party]:
    """One of each name, under one authority."""
    authority = Authority("Test root")
    return {name: Party(authority.issue(name)) for name in names}


@contextmanager
def files_of(party: Party, directory: Path) -> Iterator[tuple[str, str, str]]:
    """Certificate, key and trust anchor as files, as peers want them."""
    found = []
    for name in ("certificate", "key", "trust"):
        path = directory / f"{party.credential.name}-{name}.pem"
        path.write_text(getattr(party.credential, f"{name}_pem"), "ascii")
        found.append(str(path))
    yield found[0], found[1], found[2]


def price_event(event_id: str = "event-1", level: float = 0.25, now: float = NOW, **more: Any) -> Event:
    """A price that holds for an hour from now on."""
    interval = Interval(duration=3600, number="0", level=level)
    signal = Signal(
        name=SignalName.ELECTRICITY_PRICE,
        kind=SignalType.PRICE,
        signal_id="0",
        unit=currency_per_kwh("EUR"),
        intervals=(interval,),
    )
    usual: dict[str, Any] = {
        "event_id": event_id,
        "created": now,
        "start": now,
        "duration": 3600,
        "priority": 1,
        "market_context": "http://market.example",
        "state": "active",
        "signals": (signal,),
        "target": Target(vens=("ven-1",)),
    }
    return Event(**{**usual, **more})
