"""The communication module's end: commands to an appliance, and what it says by itself.

A basic command is answered by an application ACK or NAK, an intermediate one by its reply. What the appliance sends
unasked (a customer override, a state, that it goes to sleep or wakes, a question for the time) is kept in `unasked`, in
order; while somebody listens it is answered too, as EPRI's simulator does.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping

from drivers.clock import Clock
from drivers.cta2045 import durations, relative_price
from drivers.cta2045.basic import UNASKED, Basic, CommunicationStatus, Opcode, decode_basic
from drivers.cta2045.datalink import decode_maximum_payload, maximum_payload_query
from drivers.cta2045.device_time import FullHour, UtcTime
from drivers.cta2045.errors import ApplicationNakError, DecodeError, LinkNakError, ResponseCodeError
from drivers.cta2045.frame import BASIC, DATA_LINK, INTERMEDIATE, Frame
from drivers.cta2045.intermediate import (
    COMMODITY,
    GET_INFORMATION,
    GET_UTC,
    PRESENT_TEMPERATURE,
    SET_POINT,
    CommodityReading,
    Cycling,
    EnergyPrice,
    Information,
    Intermediate,
    ResponseCode,
    SetPoints,
    Termination,
    decode_intermediate,
    reply_to,
)
from drivers.cta2045.link import Cta2045Link
from drivers.transport.base import SilenceError
from drivers.transport.tap import Tap

ANSWER_S = 3.0
"""Until an answer has begun (EPRI's UCM)."""


class Cta2045Client:
    """One appliance behind one port. One call at a time; calls from several tasks wait for each other."""

    def __init__(self, link: Cta2045Link, answer_s: float = ANSWER_S) -> None:
        self.link = link
        self.answer_s = answer_s
        self.unasked: deque[Basic | Intermediate] = deque()
        self._busy = asyncio.Lock()

    @property
    def clock(self) -> Clock:
        """The station clock."""
        return self.link.clock

    @property
    def taps(self) -> Mapping[str, Tap]:
        """The link's taps by layer, lowest first."""
        return self.link.taps

    async def open(self) -> None:
        """Open the port. Raises CannotOpenError."""
        await self.link.open()

    async def close(self) -> None:
        """Close the port. Closing twice is fine; never raises."""
        await self.link.close()

    # -- basic ---------------------------------------------------------------------------------------------------

    async def command(self, opcode1: int, opcode2: int = 0) -> None:
        """A basic command. Raises ApplicationNakError, LinkNakError, SilenceError."""
        await self._basic(Basic(opcode1, opcode2), Opcode.APPLICATION_ACK)

    async def shed(self, duration_s: float | None) -> None:
        """Shed for ``duration_s`` (nearest that the byte can say; None: until `end`)."""
        await self.command(Opcode.SHED, durations.byte_of(duration_s))

    async def load_up(self, duration_s: float | None) -> None:
        """Use more, for ``duration_s``."""
        await self.command(Opcode.LOAD_UP, durations.byte_of(duration_s))

    async def critical_peak(self, duration_s: float | None) -> None:
        """A critical peak has begun."""
        await self.command(Opcode.CRITICAL_PEAK, durations.byte_of(duration_s))

    async def grid_emergency(self, duration_s: float | None) -> None:
        """Off, now."""
        await self.command(Opcode.GRID_EMERGENCY, durations.byte_of(duration_s))

    async def end(self) -> None:
        """End whatever event runs."""
        await self.command(Opcode.END_SHED)

    async def tell_outside(self, status: CommunicationStatus) -> None:
        """Whether the module hears the utility."""
        await self.command(Opcode.OUTSIDE_COMMUNICATION, status)

    async def relative_price(self, price: float | None) -> None:
        """The price now, as a multiple of the usual one (None: not known)."""
        await self.command(Opcode.PRESENT_PRICE, relative_price.byte_of(price))

    async def next_relative_price(self, price: float | None) -> None:
        """The price of the next period."""
        await self.command(Opcode.NEXT_PRICE, relative_price.byte_of(price))

    async def time_remaining(self, seconds: float | None) -> None:
        """When the price's present period ends, and the next one begins."""
        await self.command(Opcode.TIME_REMAINING, durations.byte_of(seconds))

    async def synchronise(self, hour: FullHour) -> None:
        """This full hour begins now. Raises EncodeError."""
        await self.command(Opcode.TIME_SYNC, hour.byte)

    async def state(self) -> int:
        """The operational state, a number of `basic.OperationalState`, or one that is not known."""
        return (await self._basic(Basic(Opcode.STATE_QUERY), Opcode.STATE_RESPONSE)).opcode2

    async def _basic(self, command: Basic, answer: Opcode) -> Basic:
        async with self._busy:
            await self.link.send(command.frame())
            deadline = self.clock.now() + self.answer_s
            while True:
                frame = await self._next(deadline)
                if frame.kind != BASIC:
                    self._keep(frame)
                    continue
                message = decode_basic(frame.payload)
                if message.opcode1 == answer:
                    return message
                if message.opcode1 == Opcode.APPLICATION_NAK:
                    raise ApplicationNakError(self.link.name, command.opcode1, message.opcode2)
                self.unasked.append(message)

    # -- intermediate --------------------------------------------------------------------------------------------

    async def start_cycling(self, cycling: Cycling) -> None:
        """Raises ResponseCodeError, as everything here that is not carried out."""
        await self.request(cycling.encode(), "start cycling")

    async def terminate_cycling(self, termination: Termination) -> None:
        """End one event."""
        await self.request(termination.encode(), "terminate cycling")

    async def price(self, price: EnergyPrice) -> None:
        """Tell the price of energy."""
        await self.request(price.encode(), "energy price")

    async def set_points(self, points: SetPoints) -> None:
        """Set the temperatures."""
        await self.request(points.encode(), "set-points")

    async def read_set_points(self) -> SetPoints:
        """The temperatures that are set."""
        return SetPoints.decode(await self.request(Intermediate(SET_POINT), "set-points"))

    async def present_temperature(self) -> float:
        """In the device's units."""
        body = await self.request(Intermediate(PRESENT_TEMPERATURE), "present temperature")
        if len(body) != 5:
            raise DecodeError("a temperature comes with device type and units", body)
        return float(int.from_bytes(body[3:], "big", signed=True))

    async def set_utc(self, told: UtcTime) -> None:
        """Set the device's time."""
        await self.request(told.encode(), "set UTC time")

    async def utc(self) -> UtcTime:
        """The time by the device."""
        return UtcTime.decode(await self.request(Intermediate(GET_UTC), "get UTC time"))

    async def commodity(self, *codes: int) -> tuple[CommodityReading, ...]:
        """Readings of ``codes``, or of all that the device has."""
        return CommodityReading.decode_all(await self.request(Intermediate(COMMODITY, bytes(codes)), "commodity"))

    async def information(self) -> Information:
        """Who the device is."""
        return Information.decode(await self.request(Intermediate(GET_INFORMATION), "device information"))

    async def request(self, request: Intermediate, what: str) -> bytes:
        """What follows the response code of the reply.

        Raises ResponseCodeError, LinkNakError, SilenceError, DecodeError.
        """
        async with self._busy:
            await self.link.send(request.frame())
            reply = await self._reply(request, self.clock.now() + self.answer_s)
        if not reply.body:
            raise DecodeError("a reply has a response code", reply.body)
        code = reply.body[0]
        if code != ResponseCode.SUCCESS:
            meaning = ResponseCode(code).name.lower().replace("_", " ") if code in {*ResponseCode} else "unknown"
            raise ResponseCodeError(self.link.name, what, code, meaning)
        return reply.body[1:]

    async def _reply(self, request: Intermediate, deadline: float) -> Intermediate:
        while True:
            frame = await self._next(deadline)
            if frame.kind == INTERMEDIATE:
                message = decode_intermediate(frame.payload)
                if message.is_reply and message.opcodes & ~0x80 == request.opcodes:
                    return message
            self._keep(frame)

    # -- data link, and by itself --------------------------------------------------------------------------------

    async def maximum_payload(self) -> int:
        """Bytes of the largest payload that the device takes."""
        async with self._busy:
            await self.link.send(maximum_payload_query())
            deadline = self.clock.now() + self.answer_s
            while True:
                frame = await self._next(deadline)
                if frame.kind == DATA_LINK:
                    return decode_maximum_payload(frame.payload)
                self._keep(frame)

    async def takes(self, kind: int) -> bool:
        """Whether the device takes messages of this type: an empty frame is acknowledged or refused.

        Raises SilenceError.
        """
        async with self._busy:
            try:
                await self.link.send(Frame(kind))
            except LinkNakError:
                return False
            return True

    async def listen(self, until: float) -> None:
        """Take, and answer, what the device sends by itself, until ``until`` (station time, s). Raises LinkNakError."""
        async with self._busy:
            while True:
                try:
                    frame = await self.link.receive(until)
                except SilenceError:
                    return
                self._keep(frame)
                answer = self._answer_to(frame)
                if answer is not None:
                    await self.link.send(answer)

    async def _next(self, deadline: float) -> Frame:
        try:
            return await self.link.receive(deadline)
        except SilenceError:
            raise SilenceError(f"{self.link.name}: no answer within {self.answer_s:g} s") from None

    def _answer_to(self, frame: Frame) -> Frame | None:
        if frame.kind == BASIC:
            said = decode_basic(frame.payload).opcode1
            return Basic(Opcode.APPLICATION_ACK, said).frame() if said in UNASKED else None
        if frame.kind == INTERMEDIATE:
            message = decode_intermediate(frame.payload)
            if message == Intermediate(GET_UTC):
                return reply_to(message, ResponseCode.SUCCESS, UtcTime(self.clock.now()).fields()).frame()
        return None

    def _keep(self, frame: Frame) -> None:
        if frame.kind == BASIC:
            self.unasked.append(decode_basic(frame.payload))
        elif frame.kind == INTERMEDIATE:
            self.unasked.append(decode_intermediate(frame.payload))
