"""I-L1 on DLMS: what was damaged on the line has no effect.

On every port of the row's sender a good write is held back and sent damaged: single bits and bursts wrong in each part
that a frame check covers, or, where the link has none, in the header; then cut off, and as the first part of a long
write that never goes on. A meter says nothing to such frames, or says that it is not connected or rejects the frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.access.dlms_rights import declared_rights
from bench.controls.attempts import Attempt, Outcome, attempt
from bench.controls.base import Probe
from bench.controls.bits import flipped
from bench.controls.dlms._corrupt import cuts, errors, hdlc_regions, wrapper_regions
from bench.controls.dlms._forged import frames_in, opened
from bench.controls.dlms._parameters import DATA, DISCONNECT_CONTROL, clock_of, values_of
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._surface import read_each
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute, SetRequestNormal, SetRequestWithFirstBlock, encode_apdu, invoke_byte
from drivers.dlms.apdu.common import Block
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Data, OctetString, encode_data
from drivers.dlms.enums import Conformance
from drivers.dlms.hdlc_frame import Kind
from drivers.dlms.security import TAG_SIZE
from drivers.dlms.wrapper import HEADER, WrapperReader
from drivers.transport.base import PeerClosedError, SilenceError

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TAKEN = "a damaged frame was taken"
KEPT = "what had been set before was still set"
GOOD = "the same write, undamaged, was carried out"
"""Of a client that may write nothing: the row's own request, undamaged, was answered."""

CANARY = b"AMIBENCH I-L1 canary"
_WRAPPER = "wrapper"
_ADDRESS_BITS = range(16, 48)
_FCS_AND_FLAG = 3
_LOST_OF_VALUE = 6
_QUIET_S = {True: 15.0, False: 1.5}
"""How long an answer is waited for, so that time-outs for broken frames pass: on the wrapper, on HDLC."""


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    for port in exchange.access.ports_of(exchange.role):
        await _Line(trial, port).attack()


class _Line:
    """The attacks on one port."""

    def __init__(self, trial: Trial, port: str) -> None:
        self._trial = trial
        self._port = port
        self._exchange = exchange_of(trial)
        self._access = self._exchange.access
        self._target = Attribute(DATA, self._access.names.consumer_message, 2)
        self._wrapper = self._access.profile_of(port) == _WRAPPER
        self._writes = self._may_write()
        self._client: DlmsClient | None = None
        self._held = b""

    async def attack(self) -> None:
        """Show that the write works, send it damaged in all ways, and look at what is set afterwards."""
        before = await self._state()
        text = before.get(self._target)
        if text is None:
            self._trial.record.could_not_look(GOOD, f"{self._exchange.role} reads no {self._target} to write to")
            return
        await self._write(OctetString(CANARY), "before")
        await self._write(text, "before, what had been there")
        try:
            await self._damage()
            await self._cut_off()
            await self._release()
            await self._first_block()
        finally:
            await self._leave()
        await self._compare(before)
        await self._write(OctetString(CANARY), "afterwards")
        await self._write(text, "afterwards, what had been there")

    # -- attacks -----------------------------------------------------------------------------------------------------

    async def _damage(self) -> None:
        trial = self._trial
        singles, bursts = trial.bound("n_bit_flips").count, trial.bound("n_bursts").count
        regions = wrapper_regions if self._wrapper else hdlc_regions
        _client, good = await self._ready()
        for part, region in regions(good).items():
            for what, bits in errors(trial.random, region, singles, bursts):
                client, good = await self._ready()
                await self._send(client, f"{part}, {what}", flipped(good, bits))
                if self._wrapper and not all(bit in _ADDRESS_BITS for bit in bits):
                    await self._leave()  # nobody can tell where the next message begins

    async def _cut_off(self) -> None:
        trial = self._trial
        client, good = await self._ready()
        behind = (TAG_SIZE if client.identity.ciphered else 0) + (0 if self._wrapper else _FCS_AND_FLAG)
        inside_value = len(good) - behind - _LOST_OF_VALUE
        for length in cuts(trial.random, len(good), trial.bound("n_bursts").count, inside_value):
            client, good = await self._ready()
            await self._send(client, f"cut off after {length} of {len(good)} bytes", good[:length])
            if self._wrapper:
                await self._leave()

    async def _first_block(self) -> None:
        """The first block of a long write, and then nothing."""
        if not self._writes:
            record_absent(self._trial, f"{self._port}: first block of a write", "the row's client may write nothing")
            return
        async with self._access.session(self._exchange.role, port=self._port) as client:
            if not client.negotiated.conformance & Conformance.BLOCK_TRANSFER_SET:
                record_absent(
                    self._trial, f"{self._port}: first block of a write", "no block transfer of SET is offered"
                )
                return
            part = Block(False, 1, encode_data(OctetString(CANARY))[:-_LOST_OF_VALUE])
            request = SetRequestWithFirstBlock(invoke_byte(1), self._target, None, part)
            await attempt(client.send_apdu(encode_apdu(request)))

    async def _send(self, client: DlmsClient, what: str, line: bytes) -> None:
        """Put bytes on the line, as they are; what comes back until nothing more does."""
        await client.taps["line"].send(line)
        said = await self._answer(client)
        trial = self._trial
        trial.record.observe(
            TAKEN,
            said.accepted,
            what=f"{self._port}: {what}",
            answer=said.text,
            layer="line",
            captures=[trial.record.capture(line, ".line")],
        )
        if said.outcome is not Outcome.SILENCE:
            await self._leave()

    async def _answer(self, client: DlmsClient) -> Attempt:
        deadline = client.clock.now() + _QUIET_S[self._wrapper]
        heard, closed = b"", False
        try:
            while True:
                heard += (await client.link.transport.read(deadline)).data
        except SilenceError:
            pass
        except PeerClosedError:
            closed = True
        said = _said_on_wrapper(client, heard) if self._wrapper else _said_on_hdlc(heard)
        return Attempt(Outcome.CLOSED, "the meter closed the connection") if closed and not said.accepted else said

    def _may_write(self) -> bool:
        """Whether the row's client may write the text, as the device file declares it."""
        device = self._access.station.lab.seat(self._access.seat).device
        rights = declared_rights(device)
        return not rights.stated or rights.may_write(self._exchange.role, self._target)

    def _request(self) -> bytes:
        """What is damaged: a write, or of a client that may write nothing the row's own request."""
        if not self._writes:
            return self._exchange.request()
        return encode_apdu(SetRequestNormal(invoke_byte(1), self._target, None, OctetString(CANARY)))

    # -- the meter as its sender sees it -------------------------------------------------------------------------------

    async def _ready(self) -> tuple[DlmsClient, bytes]:
        """An open association, and the line bytes of a good write on it that the meter has not seen."""
        if self._client is None or not self._client.link.connected:
            await self._leave()
            self._client = client = self._access.new_client(self._exchange.role, port=self._port)
            if not (await attempt(client.associate())).accepted:
                # A meter may hold an association that was broken off for open: it is released, and opened anew.
                await attempt(client.association.release())
                await client.associate()
            with client.taps["line"].holding() as held:
                await client.link.send(client.protect(self._request()))
            self._held = b"".join(held.messages)
        return self._client, self._held

    async def _release(self) -> None:
        """Release the association on the wrapper, where going without a word may leave it open.

        On HDLC that would make the link send what was held back; there DISC ends it.
        """
        if self._wrapper:
            client, _good = await self._ready()
            await client.close()
            self._client = None
        await self._leave()

    async def _leave(self) -> None:
        """Go: disconnected where the link has that, else without a word. What was held back never goes out."""
        if self._client is not None:
            await self._client.link.close()
            self._client = None

    async def _state(self) -> Mapping[Attribute, Data]:
        """All that can be set, and where the switch is."""
        name = self._access.names.disconnect_control
        switch = [Attribute(DISCONNECT_CONTROL, name, index) for index in (2, 3)]
        async with self._access.session(self._exchange.role, port=self._port) as client:
            settings = await values_of(client, self._access)
            answers = await read_each(client, switch)
        state = {parameter.attribute: value for parameter, value in settings.items()}
        return state | {answer.attribute: answer.value for answer in answers if answer.value is not None}

    async def _write(self, value: Data, what: str) -> None:
        async with self._access.session(self._exchange.role, port=self._port) as client:
            send = client.set(self._target, value) if self._writes else self._exchange.send(client)
            tried = await attempt(send)
        self._trial.record.observe(GOOD, tried.accepted, what=f"{self._port}: {what}", answer=tried.text)

    async def _compare(self, before: Mapping[Attribute, Data]) -> None:
        after = await self._state()
        for attribute, value in before.items():
            if attribute != clock_of(self._access):
                same = after.get(attribute) == value
                self._trial.record.observe(
                    KEPT, same, what=f"{self._port}: {attribute}", now=repr(after.get(attribute))
                )


def _said_on_hdlc(heard: bytes) -> Attempt:
    """Silence, or a frame that says *not connected* (DM) or *rejected* (FRMR), is as it should be."""
    kinds = frames_in(heard)
    if not kinds:
        return Attempt(Outcome.GARBLED if heard else Outcome.SILENCE, heard.hex(" ") or "no answer")
    refused = all(kind in (Kind.DM, Kind.FRMR) for kind in kinds)
    return Attempt(Outcome.REFUSED if refused else Outcome.ACCEPTED, ", ".join(kind.name for kind in kinds))


def _said_on_wrapper(client: DlmsClient, heard: bytes) -> Attempt:
    """The first answer that is no refusal, else the last one."""
    said = Attempt(Outcome.GARBLED if heard else Outcome.SILENCE, heard.hex(" ") or "no answer")
    for message in WrapperReader().feed(heard):
        said = opened(client, message[HEADER:])
        if said.accepted:
            break
    return said


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("no damaged frame is taken", "never", TAKEN),
        Check("nothing is changed", "always", KEPT),
        Check("the undamaged write is carried out", "always", GOOD),
    ]


PROBE = Probe("I-L1", "dlms", stimulus, checks)
