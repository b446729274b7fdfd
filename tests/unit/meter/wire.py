"""The meter as a client meets it: a seat in a world, spoken to by the project's own driver over its ports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.enums import ApplicationContext, Mechanism, Suite
from drivers.dlms.hdlc import ServerAddress
from drivers.dlms.link import DlmsLink, HdlcLink, HdlcSettings, WrapperLink
from drivers.dlms.meter import DlmsMeter
from drivers.dlms.obis import Obis
from drivers.dlms.security import InvocationCounters, SecurityMaterial
from drivers.dlms.security.ecdsa import private_key, public_key
from drivers.iec62056_21.sign_on import sign_on_hdlc
from drivers.transport.urls import make_transport
from fixtures.meter.model.meter import Meter
from fixtures.meter.objects.rights import SECURITY_SETUPS, Role
from fixtures.meter.profile_reference import HDLC, OPTICAL, TCP
from fixtures.meter.seat import MeterSeat, make_seat
from fixtures.plant.service_point import ServicePoint
from fixtures.world import World

CLIENT_TITLE = b"HES\x00\x00\x00\x00\x01"


class MeterOnWire:
    """A started seat named ``meter``."""

    def __init__(self, world: World, seat: MeterSeat) -> None:
        self.world = world
        self.seat = seat
        self.counters = {role: InvocationCounters() for role in Role}

    @classmethod
    async def start(cls, world: World, *faults: str, **settings: object) -> MeterOnWire:
        seat = world.add("meter", "dlms_meter", settings, faults=faults, factory=make_seat)
        assert isinstance(seat, MeterSeat)
        await world.start()
        return cls(world, seat)

    @property
    def meter(self) -> Meter:
        assert self.seat.meter is not None
        return self.seat.meter

    @property
    def point(self) -> ServicePoint:
        return self.world.service_point("meter")

    async def wait(self, seconds: float) -> None:
        await self.world.clock.advance_to(self.world.clock.now() + seconds)

    # -- clients -----------------------------------------------------------------------------------------------------

    def secret(self, name: str) -> bytes:
        return bytes.fromhex(self.world.secrets._book[name])

    def material(self, role: Role) -> SecurityMaterial:
        """The keys of a role, as the bench learns them from the book of secrets."""
        prefix = f"meter/{role.name.lower()}"
        suite = Suite(self.seat.dlms.suite)
        signed = suite is not Suite.AES_GCM_128
        return SecurityMaterial(
            suite=suite,
            own_title=CLIENT_TITLE,
            peer_title=self.seat.unit.system_title,
            global_unicast_key=self.secret(f"{prefix}/guek"),
            authentication_key=self.secret(f"{prefix}/gak"),
            master_key=self.secret(f"{prefix}/kek"),
            own_signing_key=private_key(self.secret(f"{prefix}/signing")) if signed else None,
            peer_signing_key=public_key(self.secret("meter/signing_public")) if signed else None,
        )

    def identity(self, role: Role) -> ClientIdentity:
        if role in SECURITY_SETUPS:
            return ClientIdentity(
                mechanism=Mechanism(self.seat.dlms.mechanism),
                secret=self.secret(f"meter/{role.name.lower()}/hls_secret"),
                security=self.material(role),
                context=ApplicationContext.LOGICAL_NAME_CIPHERED,
            )
        if role is Role.LOCAL:
            return ClientIdentity(mechanism=Mechanism.LLS, secret=self.secret("meter/local/password"))
        return ClientIdentity()

    def link(self, role: Role, port: str) -> DlmsLink:
        url, clock = self.seat.endpoints()[port], self.world.clock
        if port == TCP:
            return WrapperLink(make_transport(url, clock), int(role), 1)
        transport = make_transport(url, clock, counted=True)
        sign_on = sign_on_hdlc if port == OPTICAL else None
        return HdlcLink(transport, int(role), ServerAddress(1, 17), HdlcSettings(), sign_on)  # type: ignore[arg-type]

    @asynccontextmanager
    async def client(self, role: Role, port: str = TCP, **changes: object) -> AsyncIterator[DlmsClient]:
        """An associated client; it takes its leave at the end."""
        identity = replace(self.identity(role), **changes)  # type: ignore[arg-type]
        client = DlmsClient(self.link(role, port), identity, self.counters[role])
        try:
            await client.associate()
            yield client
        finally:
            await client.close()

    @asynccontextmanager
    async def role(self, role: Role = Role.MANAGEMENT, port: str = TCP) -> AsyncIterator[DlmsMeter]:
        """The meter as `drivers.roles.Meter` shows it to a client."""
        async with self.client(role, port) as client:
            yield DlmsMeter(client, deviation_min=-60)


MeterMaker = Callable[..., "MeterOnWire"]
PORTS = (TCP, HDLC, OPTICAL)


def attribute(class_id: int, name: str, number: int) -> Attribute:
    return Attribute(class_id, Obis(name), number)


def method(class_id: int, name: str, number: int) -> Method:
    return Method(class_id, Obis(name), number)
