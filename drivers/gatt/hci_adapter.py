"""A Bluetooth controller that this process drives itself, over HCI, with Bumble: the central's side.

    async with HciAdapter("tcp-client:127.0.0.1:9001", clock) as adapter:
        found = await adapter.listen(0.5)

Its taps are ``line`` (HCI packets), ``att`` and ``smp`` (PDUs of the attribute and of the security manager protocol).
Bonds are kept as long as the object lives. Two things that Bumble leaves to its user are done here: what a link is
worth follows from how the keys came about, not from its being encrypted; bonds are kept by the random identity address.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from types import TracebackType

from bumble import core, hci, smp
from bumble.device import Connection, Device
from bumble.host import Host
from bumble.keys import MemoryKeyStore
from bumble.transport import open_transport
from bumble.transport.common import Transport

from drivers.clock import Clock
from drivers.gatt.errors import GarbageError, NotEncryptedError, PairingError
from drivers.gatt.hci_central import ATT_CID, SMP_CID, Central, Report, pairing_config, session_class
from drivers.gatt.layers import Layer
from drivers.gatt.security import OPEN_LINK, LinkSecurity, Method, PairingManner
from drivers.transport.base import CannotOpenError, PeerClosedError, SilenceError
from drivers.transport.tap import Tap

_METHODS: Mapping[smp.PairingMethod, Method] = {
    smp.PairingMethod.JUST_WORKS: Method.JUST_WORKS,
    smp.PairingMethod.PASSKEY: Method.PASSKEY,
    smp.PairingMethod.NUMERIC_COMPARISON: Method.NUMERIC_COMPARISON,
    smp.PairingMethod.OOB: Method.OUT_OF_BAND,
}
_EARLIER = 0.8  # share of a wait after which an attempt to connect is called off, or the controller would go on with it
_KEY_SIZE = 4  # octet of a pairing request or response that tells the longest key
_UNASKED = frozenset({0x1B, 0x1D, 0x23})
"""Notification, indication, multiple notification: what answers nothing."""


class HciAdapter:
    """``spec`` is a transport as Bumble writes it, ``address`` the static random address to use (none: a new one)."""

    def __init__(self, spec: str, clock: Clock, address: str = "") -> None:
        self.spec = spec
        self.clock = clock
        self.manner = PairingManner()
        self.address = address
        self.security: dict[int, LinkSecurity] = {}
        self.worth: dict[str, LinkSecurity] = {}
        """What links to a bonded device are worth, by identity address."""
        self.keys = MemoryKeyStore()
        self._transport: Transport | None = None
        self._device: Central | None = None
        self._handle = 0
        self._line = Layer("line", clock, self._to_controller, self._to_host)
        self._att = Layer("att", clock, lambda pdu: self._to_peer(ATT_CID, pdu), self._att_arrived)
        self._smp = Layer("smp", clock, lambda pdu: self._to_peer(SMP_CID, pdu), self._smp_arrived)
        self._raw: asyncio.Future[bytes] | None = None

    @property
    def taps(self) -> Mapping[str, Tap]:
        """By layer, from the line up."""
        return {layer.tap.layer: layer.tap for layer in (self._line, self._att, self._smp)}

    @property
    def opened(self) -> bool:
        """Whether the controller is there."""
        return self._device is not None

    @property
    def device(self) -> Device:
        """Bumble's device. Raises RuntimeError while the adapter is not open."""
        if self._device is None:
            raise RuntimeError("the adapter is not open")
        return self._device

    # -- opening -------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Reach the controller and reset it. Raises CannotOpenError."""
        logging.getLogger("bumble").addHandler(logging.NullHandler())  # or its warnings go to standard error
        try:
            self._transport = await open_transport(self.spec)
        except (OSError, ValueError, core.BaseBumbleError) as error:
            raise CannotOpenError(f"no Bluetooth controller at {self.spec}: {error}") from error
        host = Host()
        host.set_packet_sink(_Sink(self._line.put))
        self._host = host
        self._transport.source.set_packet_sink(_Source(self._line.take, self._lost))
        name = self.address or f"{0xC0 | secrets.randbits(6):02X}:" + ":".join(
            f"{b:02X}" for b in secrets.token_bytes(5)
        )
        self._device = Central(self, name, host)
        self._device.keystore = self.keys
        self._device.smp_manager.session_proxy = session_class(self)
        self._device.pairing_config_factory = lambda _connection: pairing_config(self.manner)
        try:
            await self._device.power_on()
        except (core.BaseBumbleError, hci.HCI_Error, OSError, asyncio.CancelledError) as error:
            await self.close()
            raise CannotOpenError(f"the Bluetooth controller at {self.spec} does not start: {error}") from error

    async def close(self) -> None:
        """Let go of the controller; connections end with it. Never raises."""
        for layer in (self._line, self._att, self._smp):
            layer.close()
        device, self._device = self._device, None
        transport, self._transport = self._transport, None
        if device is not None:
            device.end_all()
        if transport is not None:
            await transport.close()
        self.security.clear()

    async def __aenter__(self) -> HciAdapter:
        await self.open()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        await self.close()

    def _lost(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.end_all()

    # -- the line ------------------------------------------------------------------------------------------------

    def _to_controller(self, packet: bytes) -> None:
        if self._transport is not None:
            self._transport.sink.on_packet(packet)

    def _to_host(self, packet: bytes) -> None:
        if self._device is not None:
            self._host.on_packet(packet)

    # -- advertising ---------------------------------------------------------------------------------------------

    async def scan(self, seen: Callable[[Report], None], active: bool = True) -> None:
        """Report what is advertised until `stop_scan`."""
        device = self.device
        assert isinstance(device, Central)
        device.seen = seen
        await device.start_scanning(active=active, filter_duplicates=False)

    async def stop_scan(self) -> None:
        """Report nothing more."""
        device = self.device
        assert isinstance(device, Central)
        device.seen = None
        await device.stop_scanning()

    async def listen(self, seconds: float, active: bool = True) -> list[Report]:
        """All reports of some seconds of real time."""
        reports: list[Report] = []
        await self.scan(reports.append, active)
        await asyncio.sleep(seconds)
        await self.stop_scan()
        return reports

    # -- connections ---------------------------------------------------------------------------------------------

    async def connect(self, address: str, within_s: float) -> Connection:
        """Connect to a device. Raises SilenceError."""
        try:
            connection = await self.device.connect(hci.Address(address), timeout=_EARLIER * within_s)
        except (core.BaseBumbleError, hci.HCI_Error, TimeoutError) as error:
            raise SilenceError(f"{address} has not taken a connection within {within_s:g} s") from error
        self._handle = connection.handle
        self.security[connection.handle] = OPEN_LINK
        return connection

    def _to_peer(self, cid: int, pdu: bytes) -> None:
        if self._device is not None:
            self._device.send_now(self._handle, cid, pdu)

    def sent(self, handle: int, cid: int, pdu: bytes) -> bool:
        """Take a PDU on its way out; False where its layer has no tap."""
        layer = {ATT_CID: self._att, SMP_CID: self._smp}.get(cid)
        if layer is None:
            return False
        self._handle = handle
        layer.put(pdu)
        return True

    def arrived(self, handle: int, cid: int, pdu: bytes) -> None:
        """Take a PDU on its way in."""
        self._handle = handle
        (self._att if cid == ATT_CID else self._smp).take(pdu)

    def _att_arrived(self, pdu: bytes) -> None:
        if self._device is None:
            return
        if self._raw is not None and not self._raw.done() and pdu and pdu[0] & 1 and pdu[0] not in _UNASKED:
            self._raw.set_result(pdu)
            return
        try:
            self._device.take_att(self._handle, pdu)
        except Exception as error:  # whatever Bumble makes of bytes that are no PDU
            self._device.spoil(self._handle, GarbageError(f"no PDU of the attribute protocol: {pdu.hex()} ({error})"))

    def _smp_arrived(self, pdu: bytes) -> None:
        if self._device is not None:
            self._device.take_smp(self._handle, pdu)

    async def ask(self, connection: Connection, pdu: bytes, within_s: float) -> bytes:
        """Send any attribute PDU, right or not; the next answer. Raises SilenceError, PeerClosedError."""
        self._handle = connection.handle
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._raw = answer
        gone = connection.on(connection.EVENT_DISCONNECTION, lambda _reason: answer.cancel())
        try:
            self._att.put(pdu)
            async with asyncio.timeout(within_s):
                return await answer
        except TimeoutError:
            raise SilenceError(f"no answer to {pdu[:16].hex()} within {within_s:g} s") from None
        except asyncio.CancelledError:
            raise_if_cancelled()
            raise PeerClosedError("the device ended the connection") from None
        finally:
            self._raw = None
            connection.remove_listener(connection.EVENT_DISCONNECTION, gone)

    # -- security ------------------------------------------------------------------------------------------------

    async def pair(self, connection: Connection, within_s: float) -> LinkSecurity:
        """Pair as `manner` says. Raises PairingError, SilenceError, PeerClosedError."""
        try:
            async with asyncio.timeout(within_s):
                await connection.pair()
        except core.ProtocolError as error:
            raise PairingError(error.error_code) from error
        except TimeoutError:
            raise SilenceError(f"pairing has not ended within {within_s:g} s") from None
        except asyncio.CancelledError:
            raise_if_cancelled()
            raise PeerClosedError("the device ended the connection while it was paired") from None
        return self.security[connection.handle]

    async def encrypt(self, connection: Connection, within_s: float) -> LinkSecurity:
        """Encrypt with the keys of a former pairing. Raises NotEncryptedError, SilenceError, PeerClosedError."""
        gone = asyncio.get_running_loop().create_future()
        watch = connection.on(connection.EVENT_DISCONNECTION, lambda _reason: gone.cancel())
        encrypting = asyncio.ensure_future(connection.encrypt())
        try:
            await asyncio.wait({gone, encrypting}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise PeerClosedError("the device ended the connection when it was to be encrypted")
            if not encrypting.done():
                raise SilenceError(f"the link was not encrypted within {within_s:g} s")
            encrypting.result()
        except (core.BaseBumbleError, hci.HCI_Error) as error:
            raise NotEncryptedError(f"the link is not encrypted: {error}") from error
        finally:
            encrypting.cancel()
            connection.remove_listener(connection.EVENT_DISCONNECTION, watch)
        worth = self.worth.get(str(connection.peer_address), LinkSecurity(encrypted=True))
        self.security[connection.handle] = worth
        return worth

    async def has_bond(self, connection: Connection) -> bool:
        """Whether there are keys for the device at the other end."""
        return await self.keys.get(str(connection.peer_address)) is not None

    async def forget(self) -> None:
        """Throw all keys away."""
        await self.keys.delete_all()
        self.worth.clear()

    def paired(self, session: smp.Session, identity: str) -> None:
        """A pairing has come to its end."""
        size = min(session.preq[_KEY_SIZE], session.pres[_KEY_SIZE])
        worth = LinkSecurity(True, _METHODS.get(session.pairing_method), session.sc, size)
        self.security[session.connection.handle] = worth
        if session.bonding:
            self.worth[identity] = worth


def raise_if_cancelled() -> None:
    """Bumble ends waits by cancelling what they wait for. Raises CancelledError where the waiting task itself was."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class _Sink:
    def __init__(self, put: Callable[[bytes], None]) -> None:
        self.on_packet = put


class _Source:
    def __init__(self, take: Callable[[bytes], None], lost: Callable[[], None]) -> None:
        self.on_packet = take
        self.on_transport_lost = lost
