"""Keywords that speak the attribute protocol of Bluetooth PDU by PDU with a device."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.ble import BleAccess, BleTable, short
from bench.controls.attempts import attempt
from bench.keywords.conversation import NOTHING, Conversation
from drivers.gatt.client import GattClient
from drivers.gatt.errors import ATT_ERRORS
from drivers.transport.base import SilenceError

_GUARD_S = 120.0
_WAIT_S = 10.0
_LOW_MTU = 23
_MTU, _READ, _READ_BLOB, _WRITE, _PREPARE, _EXECUTE = 0x02, 0x0A, 0x0C, 0x12, 0x16, 0x18
_NOTIFIED, _INDICATED, _CONFIRMED = 0x1B, 0x1D, 0x1E
_ERROR, _UNKNOWN, _NO_HANDLE = 0x01, 0x14, 0xFFF0
_WORDS = {0x03: "MTU", 0x0B: "value", 0x0D: "part", 0x13: "written", 0x17: "prepared", 0x19: "executed"}
_CONFIGURATION = "00002902-0000-1000-8000-00805f9b34fb"
Pdus = Callable[[BleTable, Mapping[str, int]], list[bytes]]


def _to(handle: int, opcode: int, rest: bytes = b"") -> bytes:
    return bytes((opcode,)) + handle.to_bytes(2, "little") + rest


_REQUESTS: Mapping[str, Pdus] = {
    "an unknown request": lambda _told, _handles: [bytes((_UNKNOWN, 1, 2))],
    "a read of a handle that is none": lambda _told, _handles: [_to(_NO_HANDLE, _READ)],
    "a read that was cut off": lambda _told, _handles: [bytes((_READ, 1))],
    "a read beyond the end": lambda told, handles: [_to(handles[told.text], _READ_BLOB, b"\xff\x02")],
    "a prepared write with a gap": lambda told, handles: [
        _to(handles[told.text], _PREPARE, b"\x05\x00gap"),
        bytes((_EXECUTE, 1)),
    ],
    "a write of the state": lambda told, handles: [_to(handles[told.state], _WRITE, b"\x00")],
    "a text that is too long": lambda told, handles: [_to(handles[told.text], _WRITE, b"x" * (told.longest + 1))],
    "a subscription to indications": lambda told, handles: [_to(handles["configuration"], _WRITE, b"\x02\x00")],
    "a read of the state": lambda told, handles: [_to(handles[told.state], _READ)],
}


@library(scope="TEST", auto_keywords=False)
class BleAttributes(Conversation):
    """Sends requests as the test says, and judges what comes back."""

    @keyword("The Owner Sends")
    def owner_sends(self, words: str) -> None:
        """Over an encrypted link. Example: | The Owner Sends | an unknown request |"""
        self.run(self._owner_sends(words), _GUARD_S)

    @keyword("A Stranger Sends")
    def stranger_sends(self, words: str) -> None:
        """Over a link that is not paired. Example: | A Stranger Sends | a read of the state |"""
        self.run(self._stranger_sends(words), _GUARD_S)

    @keyword("The Owner Sends Without Encryption")
    def bonded_sends(self, words: str) -> None:
        """Over a link of its own, left open. Example: | The Owner Sends Without Encryption | a read of the state |"""
        self.run(self._bonded_sends(words), _GUARD_S)

    @keyword("The Device Answers")
    def answers(self, *allowed: str) -> None:
        """Judge it. Example: | The Device Answers | error: invalid handle |"""
        self.expect(*allowed)

    @keyword("The Text Is As It Was")
    def text_kept(self) -> None:
        """The one before. Example: | The Text Is As It Was |"""
        self.fact("the text is unchanged", self.run(self._text(), _GUARD_S) == self._before, "always")

    @keyword("No Answer Is Longer Than A Small MTU")
    def small_mtu(self) -> None:
        """Exchange 23, read a long value. Example: | No Answer Is Longer Than A Small MTU |"""
        self.run(self._small_mtu(), _GUARD_S)

    @keyword("A Long Text Is Read In Parts")
    def read_long(self) -> None:
        """Part by part over a small MTU. Example: | A Long Text Is Read In Parts |"""
        self.run(self._read_long(), _GUARD_S)

    @keyword("A Long Text Is Written In Parts")
    def write_long(self) -> None:
        """Over a small MTU. Example: | A Long Text Is Written In Parts |"""
        self.run(self._write_long(), _GUARD_S)

    @keyword("The Owner Is Told Until It Unsubscribes")
    def told_until(self) -> None:
        """Notifications of the state. Example: | The Owner Is Told Until It Unsubscribes |"""
        self.run(self._told_until(), _GUARD_S)

    @keyword("The Owner Is Told After A Reconnection")
    def told_again(self) -> None:
        """Without subscribing anew. Example: | The Owner Is Told After A Reconnection |"""
        self.run(self._told_again(), _GUARD_S)

    @keyword("The Owner Hears Of A Stranger's Failed Pairing")
    def hears_of_stranger(self) -> None:
        """By an indication of the log. Example: | The Owner Hears Of A Stranger's Failed Pairing |"""
        self.run(self._hears_of_stranger(), _GUARD_S)

    # -- on the link ---------------------------------------------------------------------------------------------

    def __init__(self) -> None:
        super().__init__()
        self._reach: BleAccess | None = None
        self._before = b""

    @property
    def access(self) -> BleAccess:
        """How the device is reached; the owner's keys last as long as the test."""
        if self._reach is None:
            self._reach = BleAccess(self.station, self.seat)
        return self._reach

    @property
    def declared(self) -> BleTable:
        """What the device file says. One that names no state and no text skips the test."""
        declared = self.access.declared
        if not declared.state or not declared.text:
            raise SkipExecution("the device file names no state, or nothing that takes a text")
        return declared

    async def _owner_sends(self, words: str) -> None:
        self._before = await self._text()
        async with self.access.session() as client:
            await self._say(client, words)

    async def _stranger_sends(self, words: str) -> None:
        async with self.access.stranger() as adapter, self.access.open_link(adapter) as client:
            await self._say(client, words)

    async def _bonded_sends(self, words: str) -> None:
        async with self.access.session():
            pass
        owner = await self.access.owner()
        ((identity, keys),) = await owner.hci.keys.get_all()
        await owner.hci.keys.delete(identity)
        async with self.access.open_link(owner) as client:
            await self._say(client, words)
        await owner.hci.keys.update(identity, keys)

    async def _say(self, client: GattClient, words: str) -> None:
        requests = _REQUESTS[words](self.declared, _handles(client, self.declared))
        answer = NOTHING
        for request in requests:
            try:
                answer = _in_words(await client.ask(request))
            except SilenceError:
                answer = NOTHING
        self.heard(words, answer, sent=b" ".join(requests).hex())

    async def _text(self) -> bytes:
        async with self.access.session() as client:
            return await client.read(_handles(client, self.declared)[self.declared.text])

    async def _write_text(self) -> bytes:
        text = bytes(0x41 + at % 26 for at in range(self.declared.longest))
        async with self.access.session() as client:
            await client.write(_handles(client, self.declared)[self.declared.text], text)
        return text

    async def _small_mtu(self) -> None:
        await self._write_text()
        parts = await self._parts(1)
        self.fact("octets of the answer to a read over an MTU of 23", len(parts[0]), "at_most", limit=_LOW_MTU)

    async def _parts(self, count: int) -> list[bytes]:
        """Answers to a read and to reads of what follows, over an MTU of 23."""
        async with self.access.session() as client:
            handle = _handles(client, self.declared)[self.declared.text]
        async with self.access.bare_link() as client:
            await client.ask(bytes((_MTU,)) + _LOW_MTU.to_bytes(2, "little"))
            answers = [await client.ask(_to(handle, _READ))]
            for number in range(1, count):
                offset = number * (_LOW_MTU - 1)
                answers.append(await client.ask(_to(handle, _READ_BLOB, offset.to_bytes(2, "little"))))
        return answers

    async def _read_long(self) -> None:
        text = await self._write_text()
        parts = await self._parts(-(-len(text) // (_LOW_MTU - 1)))
        self.fact("the parts are the text", b"".join(part[1:] for part in parts) == text, "always")

    async def _write_long(self) -> None:
        async with self.access.session() as client:
            handle = _handles(client, self.declared)[self.declared.text]
        text = bytes(0x61 + at % 26 for at in range(self.declared.longest))
        async with self.access.bare_link() as client:
            step = _LOW_MTU - 5
            for at in range(0, len(text), step):
                await client.ask(_to(handle, _PREPARE, at.to_bytes(2, "little") + text[at : at + step]))
            self.heard("the execution of a long write", _in_words(await client.ask(bytes((_EXECUTE, 1)))))
        self.expect("executed")
        self.fact("the text is what was written", await self._text() == text, "always")

    async def _changes(self, client: GattClient) -> int:
        """How often the state is told while it changes."""
        with client.taps["att"].capturing() as seen:
            if self.declared.rated_w:
                await self.station.box.do(self.seat, "override", on=True)
                await self.station.box.do(self.seat, "override", on=False)
            await self.station.advance(_WAIT_S)
            await client.read(self.declared_handle(client))  # what was told before comes before the answer
        return sum(1 for one in seen if one.data[:1] == bytes((_NOTIFIED,)))

    def declared_handle(self, client: GattClient) -> int:
        """Of the state."""
        return _handles(client, self.declared)[self.declared.state]

    async def _told_until(self) -> None:
        async with self.access.session() as client:
            handle = self.declared_handle(client)
            await client.subscribe(handle)
            self.fact("notifications while it is subscribed", await self._changes(client), "at_least", limit=1)
            await attempt(client.unsubscribe(handle))
            self.fact("notifications after it has unsubscribed", await self._changes(client), "at_most", limit=0)

    async def _hears_of_stranger(self) -> None:
        declared = self.declared
        if not declared.log:
            raise SkipExecution("the device file names no log of pairings")
        async with self.access.session() as client:
            await client.subscribe(_handles(client, declared)[declared.log])
            with client.taps["att"].capturing() as seen:
                async with self.access.stranger() as adapter, self.access.open_link(adapter) as stranger:
                    await self.access.hand.open_window(False)
                    await attempt(self.access.pair(stranger))
                await client.read(self.declared_handle(client))  # what was told before comes before the answer
        opcodes = [one.data[0] for one in seen]
        self.fact("indications of the log", opcodes.count(_INDICATED), "equals", expected=1)
        self.fact("confirmations", opcodes.count(_CONFIRMED), "equals", expected=1)

    async def _told_again(self) -> None:
        async with self.access.session() as client:
            await client.subscribe(self.declared_handle(client))
        async with self.access.session() as client:
            self.fact("notifications after a reconnection", await self._changes(client), "at_least", limit=1)


def _handles(client: GattClient, declared: BleTable) -> dict[str, int]:
    """Handles by the first part of the UUID; ``configuration``: that of the state's subscriptions."""
    found = {short(one.uuid): handle for handle, one in client.characteristics.items()}
    state = client.characteristics[found[declared.state]]
    for descriptor in state.descriptors:
        if descriptor.uuid == _CONFIGURATION:
            found["configuration"] = descriptor.handle
    return found


def _in_words(pdu: bytes) -> str:
    if pdu[0] == _ERROR:
        return f"error: {ATT_ERRORS.get(pdu[-1], f'0x{pdu[-1]:02X}')}"
    return _WORDS.get(pdu[0], f"0x{pdu[0]:02X}")
