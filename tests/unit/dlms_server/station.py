"""A small meter for the tests of the server engine: a few objects, one client of each kind, both ports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from drivers.dlms.apdu import Attribute, Method, Selection
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.data import U8, U16, U32, Array, Data, OctetString, Structure
from drivers.dlms.enums import (
    AUTHENTICATED_ENCRYPTED,
    ApplicationContext,
    DataAccessResult,
    KeyId,
    Mechanism,
    Policy,
    Suite,
)
from drivers.dlms.errors import DataAccessError
from drivers.dlms.hdlc import HdlcParameters, ServerAddress
from drivers.dlms.link import HdlcLink, HdlcSettings, WrapperLink
from drivers.dlms.obis import Obis
from drivers.dlms.security import InvocationCounters, SecurityMaterial, private_key, public_bytes
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.faults import Faults
from fixtures.meter.cosem import (
    Access,
    AccessRights,
    ClientContext,
    CosemObject,
    LogicalDevice,
    ObjectRights,
    SecurityEvent,
)
from fixtures.meter.server.engine import DlmsServer
from fixtures.meter.server.objects import server_objects
from fixtures.meter.server.ports import HdlcPort, HdlcPortSettings, TcpPort, TcpPortSettings
from fixtures.meter.server.profile import (
    ClientProfile,
    Fleet,
    KeySet,
    ServerLimits,
    ServerProfile,
    provision_keys,
    provision_secret,
)

START = 1_700_000_000.0
METER_TITLE = b"AMB\x00\x00\x00\x00\x01"
CLIENT_TITLE = b"CLI\x00\x00\x00\x00\x02"

PUBLIC, READER, SHA, MANAGER, SIGNER, PRE, ROLE = 16, 32, 48, 1, 3, 102, 4

ENERGY = Obis("1.0.1.8.0.255")
THRESHOLD = Obis("0.0.17.0.0.255")
SWITCH = Obis("0.0.96.3.10.255")
PROFILE = Obis("1.0.99.1.0.255")
NAME = Obis("0.0.42.0.0.255")
CURRENT_ASSOCIATION = Obis("0.0.40.0.0.255")
SETUP = Obis("0.0.43.0.0.255")
COUNTER = Obis("0.0.43.1.0.255")
SAPS = Obis("0.0.41.0.0.255")

ENERGY_VALUE = Attribute(3, ENERGY, 2)
LIMIT = Attribute(71, THRESHOLD, 3)
LIMIT_TIME = Attribute(71, THRESHOLD, 6)
BUFFER = Attribute(7, PROFILE, 2)
OPEN = Method(70, SWITCH, 1)
CLOSE = Method(70, SWITCH, 2)
ECHO = Method(70, SWITCH, 3)

PASSWORD = b"s3cret-passphrase"
SHA_SECRET = b"another secret of 32 bytes......"
KEYS = {
    KeyId.GLOBAL_UNICAST: bytes(range(16)),
    KeyId.GLOBAL_BROADCAST: bytes(range(16, 32)),
    KeyId.AUTHENTICATION: bytes(range(0xD0, 0xE0)),
    KeyId.MASTER: bytes(range(32, 48)),
}
FLEET_KEYS = {**KEYS, KeyId.GLOBAL_UNICAST: b"\xaa" * 16, KeyId.AUTHENTICATION: b"\xbb" * 16}
METER_SIGNING = bytes([1] * 32)
METER_AGREEMENT = bytes([2] * 32)
CLIENT_SIGNING = bytes([3] * 32)
CLIENT_AGREEMENT = bytes([4] * 32)
BOTH = (
    Policy.AUTHENTICATED_REQUEST | Policy.ENCRYPTED_REQUEST | Policy.AUTHENTICATED_RESPONSE | Policy.ENCRYPTED_RESPONSE
)


class Register(CosemObject):
    class_id = 3
    attributes = 3

    def get(self, attribute: int, selection: Selection | None, context: ClientContext) -> Data:
        return U32(12345678) if attribute == 2 else super().get(attribute, selection, context)


class Limiter(CosemObject):
    """Two numbers up to 1,000, as a limiter has them in 3 and 6."""

    class_id = 71
    attributes = 11

    def __init__(self, name: Obis) -> None:
        super().__init__(name)
        self.values = {3: U16(100), 6: U16(30)}

    def get(self, attribute: int, selection: Selection | None, context: ClientContext) -> Data:
        found = self.values.get(attribute)
        return super().get(attribute, selection, context) if found is None else found

    def prepare_set(
        self, attribute: int, value: Data, selection: Selection | None, context: ClientContext
    ) -> Callable[[], None]:
        if attribute not in self.values:
            return super().prepare_set(attribute, value, selection, context)
        if not isinstance(value, U16):
            raise DataAccessError(DataAccessResult.TYPE_UNMATCHED)
        if value > 1000:
            raise DataAccessError(DataAccessResult.OTHER_REASON)
        return lambda: self.values.__setitem__(attribute, value)


class Switch(CosemObject):
    """Counts its calls; method 3 returns its parameter."""

    class_id = 70
    attributes = 4
    methods = 3

    def __init__(self, name: Obis) -> None:
        super().__init__(name)
        self.calls: list[int] = []

    def invoke(self, method: int, data: Data | None, context: ClientContext) -> Data | None:
        if method == 3:
            return data
        self.calls.append(method)
        return None


class Profile(CosemObject):
    class_id = 7
    attributes = 8
    rows = 400

    def get(self, attribute: int, selection: Selection | None, context: ClientContext) -> Data:
        if attribute != 2:
            return super().get(attribute, selection, context)
        count = self.rows if selection is None else int(selection.parameters)  # type: ignore[call-overload]
        return Array(Structure([U32(number), OctetString(bytes(12)), U8(0)]) for number in range(count))


class DeviceName(CosemObject):
    class_id = 1

    def get(self, attribute: int, selection: Selection | None, context: ClientContext) -> Data:
        return OctetString(b"AMB0001") if attribute == 2 else super().get(attribute, selection, context)


def _rights(names: Iterable[Obis], access: Access, methods: Access = Access.NO_ACCESS) -> dict[bytes, ObjectRights]:
    attributes = dict.fromkeys(range(1, 12), access)
    return {name: ObjectRights(attributes, dict.fromkeys(range(1, 9), methods)) for name in names}


READ, WRITE = Access.READ, Access.READ | Access.WRITE
OWN_ASSOCIATION = {
    CURRENT_ASSOCIATION: ObjectRights(
        {**dict.fromkeys(range(1, 12), Access.READ), 7: Access.WRITE}, {1: Access.READ, 2: Access.READ}
    )
}
PUBLIC_VIEW = AccessRights({**_rights([NAME, SAPS, COUNTER], READ), **OWN_ASSOCIATION})
READER_VIEW = AccessRights({**_rights([NAME, ENERGY, PROFILE], READ), **OWN_ASSOCIATION})
FULL_VIEW = AccessRights(
    {
        **_rights([NAME, ENERGY, PROFILE, SAPS, COUNTER], READ),
        **_rights([SETUP, Obis("0.0.43.0.2.255")], READ, READ),
        **_rights([THRESHOLD, SWITCH], WRITE, READ),
        **OWN_ASSOCIATION,
    }
)
PRE_VIEW = AccessRights(_rights([NAME], READ))
BROADCAST_VIEW = AccessRights(_rights([THRESHOLD], WRITE))


def server_profile(
    limits: ServerLimits | None = None, association_version: int = 3, security_version: int = 1
) -> ServerProfile:
    clients = [
        ClientProfile(PUBLIC, Mechanism.LOWEST, PUBLIC_VIEW, Obis("0.0.40.0.1.255")),
        ClientProfile(READER, Mechanism.LLS, READER_VIEW, Obis("0.0.40.0.2.255")),
        ClientProfile(SHA, Mechanism.HLS_SHA256, READER_VIEW, Obis("0.0.40.0.3.255")),
        ClientProfile(MANAGER, Mechanism.HLS_GMAC, FULL_VIEW, Obis("0.0.40.0.4.255"), security=0),
        ClientProfile(SIGNER, Mechanism.HLS_ECDSA, FULL_VIEW, Obis("0.0.40.0.5.255"), security=2),
        ClientProfile(ROLE, Mechanism.HLS_GMAC, READER_VIEW, Obis("0.0.40.0.6.255"), security=3),
        ClientProfile(
            PRE,
            Mechanism.LOWEST,
            PRE_VIEW,
            Obis("0.0.40.0.7.255"),
            security=0,
            pre_established=True,
            client_title=CLIENT_TITLE,
            broadcast_rights=BROADCAST_VIEW,
        ),
    ]
    return ServerProfile(
        {client.sap: client for client in clients}, association_version, security_version, limits or ServerLimits()
    )


@dataclass
class Station:
    """The meter, its ports, its memory, and what it reported."""

    clock: PlantClock
    profile: ServerProfile
    nv: dict[str, object] = field(default_factory=dict)
    events: list[SecurityEvent] = field(default_factory=list)
    reboots: int = 0
    switch: Switch = field(default_factory=lambda: Switch(SWITCH))
    limiter: Limiter = field(default_factory=lambda: Limiter(THRESHOLD))
    ledger: dict[int, InvocationCounters] = field(default_factory=dict)
    hdlc_settings: HdlcPortSettings = field(default_factory=HdlcPortSettings)

    def security_event(self, event: SecurityEvent, context: ClientContext) -> None:
        self.events.append(event)

    def reboot(self) -> None:
        self.reboots += 1

    async def start(self, faults: Iterable[str] = (), suite: Suite = Suite.ECDH_ECDSA_AES_GCM_128_SHA_256) -> None:
        self.provision(suite)
        self.lan = TcpPort(self.clock, "meter", "lan", TcpPortSettings())
        self.optical = HdlcPort(self.clock, "meter", "optical", self.hdlc_settings)
        await self.lan.start()
        self.optical.start()
        self.insert(faults)

    def provision(self, suite: Suite) -> None:
        policy = int(BOTH) if self.profile.security_version else 3
        plain = KeySet(policy=policy, symmetric=KEYS)
        provision_keys(self.nv, 0, plain)
        provision_keys(self.nv, 3, replace(plain, symmetric={**KEYS, KeyId.GLOBAL_UNICAST: b"\x77" * 16}))
        size = 16 if suite is Suite.ECDH_ECDSA_AES_GCM_128_SHA_256 else 32
        scale = 1 if size == 16 else 48 / 32
        provision_keys(
            self.nv,
            2,
            KeySet(
                suite,
                policy,
                {key_id: key[:1] * size for key_id, key in KEYS.items()},
                METER_SIGNING[:1] * int(32 * scale),
                METER_AGREEMENT[:1] * int(32 * scale),
                public_bytes(private_key(CLIENT_SIGNING[:1] * int(32 * scale)).public_key()),
                public_bytes(private_key(CLIENT_AGREEMENT[:1] * int(32 * scale)).public_key()),
            ),
        )
        provision_secret(self.nv, READER, PASSWORD)
        provision_secret(self.nv, SHA, SHA_SECRET)

    def insert(self, faults: Iterable[str] = ()) -> None:
        """Put a meter with these faults and the present memory behind the ports, and power it."""
        self.device = LogicalDevice(1, b"AMB0001")
        self.server = DlmsServer(
            self.clock,
            self.profile,
            METER_TITLE,
            {1: self.device},
            self.nv,
            self,
            faults=Faults(faults),
            fleet=Fleet({READER: b"factory"}, {0: FLEET_KEYS}),
        )
        self.device.add(Register(ENERGY), Profile(PROFILE), DeviceName(NAME), self.switch, self.limiter)
        self.device.add(*server_objects(self.server))
        self.lan.attach(self.server)
        self.optical.attach(self.server)
        self.server.power(True)

    async def stop(self) -> None:
        await self.lan.stop()
        self.optical.stop()

    # -- clients -------------------------------------------------------------------------------------------------

    def counters_of(self, sap: int) -> InvocationCounters:
        """The ledger: a client goes on counting where it stopped."""
        return self.ledger.setdefault(sap, InvocationCounters())

    def tcp(
        self, sap: int, identity: ClientIdentity | None = None, counters: InvocationCounters | None = None
    ) -> DlmsClient:
        link = WrapperLink(make_transport(self.lan.url, self.clock), sap, 1)
        return DlmsClient(link, identity or IDENTITIES[sap], counters or self.counters_of(sap))

    def serial(
        self, sap: int, identity: ClientIdentity | None = None, proposal: HdlcParameters | None = None
    ) -> DlmsClient:
        transport = make_transport(self.optical.url, self.clock, counted=True)
        settings = HdlcSettings() if proposal is None else HdlcSettings(proposal=proposal)
        link = HdlcLink(transport, sap, ServerAddress(1, 17), settings)
        return DlmsClient(link, identity or IDENTITIES[sap], self.counters_of(sap))


MATERIAL = SecurityMaterial(
    own_title=CLIENT_TITLE,
    global_unicast_key=KEYS[KeyId.GLOBAL_UNICAST],
    global_broadcast_key=KEYS[KeyId.GLOBAL_BROADCAST],
    authentication_key=KEYS[KeyId.AUTHENTICATION],
    master_key=KEYS[KeyId.MASTER],
)


def signing_material(suite: Suite) -> SecurityMaterial:
    size, half = (16, 32) if suite is Suite.ECDH_ECDSA_AES_GCM_128_SHA_256 else (32, 48)
    return SecurityMaterial(
        suite=suite,
        own_title=CLIENT_TITLE,
        peer_title=METER_TITLE,
        global_unicast_key=KEYS[KeyId.GLOBAL_UNICAST][:1] * size,
        global_broadcast_key=KEYS[KeyId.GLOBAL_BROADCAST][:1] * size,
        authentication_key=KEYS[KeyId.AUTHENTICATION][:1] * size,
        master_key=KEYS[KeyId.MASTER][:1] * size,
        own_signing_key=private_key(CLIENT_SIGNING[:1] * half),
        peer_signing_key=private_key(METER_SIGNING[:1] * half).public_key(),
        own_agreement_key=private_key(CLIENT_AGREEMENT[:1] * half),
        peer_agreement_key=private_key(METER_AGREEMENT[:1] * half).public_key(),
    )


MANAGEMENT = ClientIdentity(
    mechanism=Mechanism.HLS_GMAC,
    security=MATERIAL,
    context=ApplicationContext.LOGICAL_NAME_CIPHERED,
    control=AUTHENTICATED_ENCRYPTED,
)
IDENTITIES = {
    PUBLIC: ClientIdentity(),
    READER: ClientIdentity(mechanism=Mechanism.LLS, secret=PASSWORD),
    SHA: ClientIdentity(
        mechanism=Mechanism.HLS_SHA256, secret=SHA_SECRET, security=SecurityMaterial(own_title=CLIENT_TITLE)
    ),
    MANAGER: MANAGEMENT,
    ROLE: replace(MANAGEMENT, security=replace(MATERIAL, global_unicast_key=b"\x77" * 16)),
    SIGNER: ClientIdentity(
        mechanism=Mechanism.HLS_ECDSA,
        security=signing_material(Suite.ECDH_ECDSA_AES_GCM_128_SHA_256),
        context=ApplicationContext.LOGICAL_NAME_CIPHERED,
    ),
    PRE: replace(MANAGEMENT, mechanism=Mechanism.LOWEST, pre_established=True),
}
