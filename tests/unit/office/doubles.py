"""A meter that the headend can talk to without a protocol, and a station of office seats around it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.cim import CimOffice, Credential, Messenger, OfficeClient, PortalClient
from drivers.cim.vocabulary import Limited, ReadingType, WithoutCredit
from fixtures.clock import PlantClock
from fixtures.office import factory
from fixtures.office.headend.field import (
    Closing,
    FieldIdentityError,
    FieldInterruption,
    FieldLimit,
    FieldLink,
    FieldMeter,
    FieldNotice,
    FieldPrepaid,
    FieldRefusedError,
    FieldSecurity,
    FieldUnreachableError,
    ProfileRow,
    SwitchStatus,
)
from fixtures.office.seat import OfficeSeat
from fixtures.world import World

START = 1_790_000_100.0
PERIOD = 900
RELAY_S = 0.5
ANSWER_S = 0.02


@dataclass
class DoubleMeter:
    """Energy flows at ``power_w`` while the switch is closed; every answer takes `ANSWER_S`."""

    clock: PlantClock
    name: str
    register: int = 100_000
    reachable: bool = True
    refuses: bool = False
    stuck: bool = False
    closed: bool = True
    state: int = 1
    mode: int = 4
    load_side_v: float = 0.0
    lost: set[float] = field(default_factory=set)
    operations: list[str] = field(default_factory=list)
    sessions: int = 0
    pushes_to: str = ""
    serial_number: str = ""
    other_keys: bool = False
    billing_day: int = 1
    periods: dict[float, float] = field(default_factory=dict)
    alarms: int = 0
    counters: dict[str, int] = field(default_factory=dict)
    watched: bool = False
    restored: float | None = None
    interrupted_s: float = 0.0
    in_session: asyncio.Event = field(default_factory=asyncio.Event)
    limits: dict[Limited, FieldLimit] = field(default_factory=dict)
    credit: int = 0
    tokens: list[bytes] = field(default_factory=list)
    without_credit: tuple[WithoutCredit, int] = (WithoutCredit.NONE, 0)

    async def limit(self, limited: Limited) -> FieldLimit:
        await self._answer()
        return self.limits.get(limited, FieldLimit(0, 0, 30))

    async def set_limit(self, limited: Limited, limit: FieldLimit) -> None:
        await self._answer()
        self.limits[limited] = limit

    async def reset_value(self, limited: Limited) -> None:
        await self._answer()
        self.operations.append(f"reset {limited}")

    async def prepaid(self) -> FieldPrepaid:
        await self._answer()
        return FieldPrepaid(self.credit, 3600, *self.without_credit, True)

    async def pay(self, identifier: bytes, amount: int) -> bool:
        await self._answer()
        if identifier in self.tokens:
            return False
        self.tokens.append(identifier)
        self.credit += amount
        return True

    async def set_prepaid_action(self, action: WithoutCredit, limit_w: int) -> None:
        await self._answer()
        self.without_credit = (action, limit_w)

    def notice(self, message: bytes) -> FieldNotice | None:
        """The double pushes ``NAME CODE LOG NUMBER`` in plain words."""
        name, *numbers = message.decode("ascii").split()
        code, log, number = map(int, numbers)
        return FieldNotice(code, log, number, self.clock.now()) if name == self.name else None

    async def push_to(self, destination: str) -> None:
        await self._answer()
        self.pushes_to = destination

    async def open(self) -> FieldMeter:
        await self._answer()
        if self.other_keys:
            raise FieldIdentityError("the tag is wrong")
        self.sessions += 1
        self.in_session.set()
        return self

    async def close(self) -> None:
        pass

    async def _answer(self) -> None:
        await self.clock.sleep_until(self.clock.now() + ANSWER_S)
        if not self.reachable:
            raise FieldUnreachableError(self.name)
        if self.refuses:
            raise FieldRefusedError

    async def open_with_keys_of(self, other: FieldLink) -> FieldMeter:
        await self._answer()
        return self

    async def device(self) -> str:
        await self._answer()
        return f"DEV{self.name}"

    async def serial(self) -> str:
        return self.serial_number or self.name

    async def closings(self, start: float, end: float) -> tuple[Closing, ...]:
        await self._answer()
        return tuple(
            Closing(at, {ReadingType.IMPORT_RATE_1: value}) for at, value in self.periods.items() if start < at <= end
        )

    async def set_billing_day(self, day: int) -> None:
        await self._answer()
        self.billing_day = day

    async def interruption(self, since: float) -> FieldInterruption:
        await self._answer()
        ended = self.restored if self.restored is not None and self.restored > since else None
        return FieldInterruption(ended, self.interrupted_s)

    async def security(self) -> FieldSecurity:
        await self._answer()
        return FieldSecurity(self.alarms, 0, dict(self.counters), self.watched)

    async def set_watched(self, watched: bool) -> None:
        await self._answer()
        self.watched = watched

    def energy_at(self, when: float) -> int:
        """100 Wh in each interval."""
        return self.register + int((when - START) // PERIOD) * 100

    async def energy(self) -> Mapping[ReadingType, float]:
        await self._answer()
        return {ReadingType.ENERGY_IMPORT: self.energy_at(self.clock.now()), ReadingType.ENERGY_EXPORT: 0}

    async def electrical(self) -> Mapping[ReadingType, float]:
        await self._answer()
        return {ReadingType.VOLTAGE: 230.1, ReadingType.REACTIVE_POWER: -12.5, ReadingType.FREQUENCY: 49.98}

    async def profile(self, start: float, end: float) -> tuple[int, tuple[ProfileRow, ...]]:
        await self._answer()
        at = start // PERIOD * PERIOD + PERIOD
        rows = []
        while at <= min(end, self.clock.now()):
            if at not in self.lost:
                status = 0x80 if at - PERIOD in self.lost else 0
                rows.append(ProfileRow(at, self.energy_at(at), 0, status))
            at += PERIOD
        return PERIOD, tuple(rows)

    async def switch(self) -> SwitchStatus:
        await self._answer()
        return SwitchStatus(self.closed, self.state, self.mode)

    async def load_voltage(self) -> float | None:
        await self._answer()
        return self.load_side_v

    async def disconnect(self) -> None:
        await self._answer()
        self.operations.append("disconnect")
        self.state = 0
        self._move(False)

    async def reconnect(self) -> None:
        await self._answer()
        self.operations.append("reconnect")
        if self.mode in (1, 3, 5, 6):
            self.state = 2
        else:
            self.state = 1
            self._move(True)

    def _move(self, closed: bool) -> None:
        if not self.stuck:
            self.clock.call_later(RELAY_S, lambda: setattr(self, "closed", closed))


METERS = ("M-1001", "M-1002", "S-2001")
KEYS = {
    "cis": {"customers": {"ada": {"meters": ["M-1001"]}, "bob": {"meters": ["M-1002"]}}, "third_parties": ["acme"]},
    "headend": {
        "meters": {
            "M-1001": {},
            "M-1002": {"critical": True},
            "S-2001": {"kind": "submeter"},
        }
    },
}


class Station:
    """Office seats on a stepped clock, and clients of them."""

    def __init__(self, directory: Path) -> None:
        self.clock = PlantClock(START)
        self.world = World(self.clock, directory)
        self.meters = {name: DoubleMeter(self.clock, name) for name in METERS}
        self._clients: list[OfficeClient] = []

    def add(self, *roles: str, faults: Mapping[str, set[str]] | None = None, **settings: Mapping[str, Any]) -> None:
        """Add seats with the usual settings."""
        makers = {
            "cis": factory.make_cis,
            "mdms": factory.make_mdms,
            "billing": factory.make_billing,
            "oms": factory.make_oms,
            "lms": factory.make_lms,
            "dms": factory.make_dms,
            "esi": factory.make_office_esi,
            "headend": self._make_headend,
        }
        for role in roles:
            self.world.add(
                role,
                role,
                {**KEYS.get(role, {}), **settings.get(role, {})},
                faults=(faults or {}).get(role, ()),
                factory=makers[role],
            )

    def _make_headend(self, name: str, settings: Mapping[str, Any], world: World) -> OfficeSeat:
        def link(meter: str, _settings: Mapping[str, Any]) -> FieldLink:
            return self.meters[meter]

        return factory.headend_with(link, name, settings, world)

    def secret(self, name: str) -> str:
        """A published secret as text."""
        return bytes.fromhex(json.loads(self.world.secrets.path.read_text())[name]).decode("ascii")

    def credential(self, name: str) -> Credential:
        """A published credential: ``cis``, ``mdms/expired``."""
        return Credential.from_pem(self.secret(f"office/{name}"))

    def url(self, seat: str, link: str = "https") -> str:
        """Address of a seat."""
        return self.world.seat(seat).endpoints()[link]

    def client(self, seat: str, credential: Credential, **options: Any) -> OfficeClient:
        """An HTTPS client, closed with the station."""
        client = OfficeClient(self.url(seat), credential, self.clock, **options)
        self._clients.append(client)
        return client

    def office(self, seat: str, source: str, **options: Any) -> CimOffice:
        """A seat as a party sees it."""
        client = self.client(seat, self.credential(source), **options)
        return CimOffice(Messenger(client, source, seat))

    def portal(self) -> PortalClient:
        """The customer portal, without certificate."""
        return PortalClient(self.client("cis", self.credential("trust")))

    async def pass_time(self, seconds: float) -> None:
        """Let station time pass."""
        await self.clock.advance_to(self.clock.now() + seconds)

    async def stop(self) -> None:
        """Close everything."""
        for client in self._clients:
            await client.close()
        await self.world.stop()


@asynccontextmanager
async def station(
    directory: Path, *roles: str, faults: Mapping[str, set[str]] | None = None, **settings: Mapping[str, Any]
) -> AsyncIterator[Station]:
    """A running station with seats of these roles."""
    running = Station(directory)
    running.add(*roles, faults=faults, **settings)
    await running.world.start()
    try:
        yield running
    finally:
        await running.stop()
