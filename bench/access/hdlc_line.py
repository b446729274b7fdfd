"""HDLC frames by hand, on the serial port of a DLMS meter: what a conformance case sends, and what comes back.

Nothing here keeps a connection's state or asks again: a frame goes out as it is given, right or wrong, and whatever
arrives until the turn is given back (F bit) or the line has been silent for long enough is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.access.dlms import PUBLIC, DlmsAccess
from drivers.dlms.acse import Aarq, context_name
from drivers.dlms.apdu import Attribute, GetRequestNormal, InitiateRequest
from drivers.dlms.enums import ApplicationContext, Conformance
from drivers.dlms.hdlc_address import ServerAddress, client_address
from drivers.dlms.hdlc_frame import POLL_FINAL, Frame, Kind, parse
from drivers.dlms.hdlc_parameters import HdlcParameters, decode_parameters
from drivers.dlms.hdlc_reader import FrameReader
from drivers.dlms.hdlc_window import COMMAND_LLC
from drivers.dlms.obis import Obis
from drivers.iec62056_21.sign_on import SerialLine, sign_on_hdlc
from drivers.transport.base import SilenceError, Transport

GARBAGE = "garbage"
_PUBLIC_SAP = 16
_INVOKE = 0xC1
_NUMBERED = (Kind.I, Kind.RR, Kind.RNR, Kind.REJ)


class HdlcLine:
    """The line to the meter of ``access`` at ``port``, as its public client. `open` it first."""

    def __init__(self, access: DlmsAccess, port: str) -> None:
        self._mode_e = access.profile_of(port) == "mode_e"
        self._transport: Transport = access.station.transport(access.seat, port)
        hdlc = dict(access.pixit("hdlc", {}))
        self.silence_s = float(hdlc.get("response_timeout_s", 3.0))
        self.address = ServerAddress(
            int(access.pixit("logical_device", 1)), access.pixit("physical_address"), int(hdlc.get("address_length", 0))
        )
        self.address_lengths: tuple[int, ...] = tuple(access.pixit("address_lengths", (self.address.size,)))
        sap = access.clients[PUBLIC].sap if PUBLIC in access.clients else _PUBLIC_SAP
        self.client = client_address(sap)
        self._reader = FrameReader()

    async def open(self) -> None:
        """Open the port, and sign on where it asks for that. Raises CannotOpenError and what the sign-on raises."""
        await self._transport.open()
        if self._mode_e and isinstance(self._transport, SerialLine):
            await sign_on_hdlc(self._transport)

    async def close(self) -> None:
        """Close the port without a word."""
        await self._transport.close()

    async def send(self, line: bytes) -> None:
        """Send these bytes."""
        await self._transport.write(line)

    async def listen(self) -> Heard:
        """What comes until a frame with the F bit, or until the line has been silent for `silence_s`."""
        frames: list[Frame] = []
        raw = b""
        rejected = self._reader.rejected
        while not (frames and frames[-1].poll_final):
            try:
                chunk = await self._transport.read(self._transport.clock.now() + self.silence_s)
            except SilenceError:
                self._reader.reset()
                break
            raw += chunk.data
            frames += [parse(content) for content in self._reader.feed(chunk.data)]
        return Heard(tuple(frames), raw, self._reader.rejected > rejected)

    def asked(self, length: int) -> Frame:
        """A frame to the meter at its address in that length."""
        physical = None if length == 1 else self.address.physical or 0
        return Frame(ServerAddress(self.address.logical, physical, length).encode(), self.client, Kind.SNRM)

    def frame(self, control: int, information: bytes = b"", *, segmented: bool = False) -> Frame:
        """A frame from the client to the meter."""
        return Frame(self.address.encode(), self.client, control, information, segmented)


@dataclass(frozen=True)
class Heard:
    """An answer. ``damaged``: something came that is no good frame."""

    frames: tuple[Frame, ...]
    raw: bytes
    damaged: bool = False

    @property
    def words(self) -> str:
        """``UA``, ``I 0 1; I 1 1``, ``RR 1``, ``garbage``; empty for silence."""
        if not self.frames:
            return GARBAGE if self.raw else ""
        return "; ".join(map(in_words, self.frames))

    @property
    def parameters(self) -> HdlcParameters | None:
        """What a UA agrees to, as the meter sees it. Raises FrameError. None without a UA."""
        answer = next((frame for frame in self.frames if frame.kind is Kind.UA), None)
        return None if answer is None else decode_parameters(answer.information)


def in_words(frame: Frame) -> str:
    """A frame's kind, with N(S) and N(R) of an I frame, N(R) of a supervisory one."""
    match frame.kind:
        case Kind.I:
            return f"I {frame.sent_number} {frame.received_number}"
        case Kind.RR | Kind.RNR | Kind.REJ:
            return f"{frame.kind.name} {frame.received_number}"
        case Kind.UNKNOWN:
            return f"control {frame.control:#04x}"
    return frame.kind.name


def control_of(words: str, *, poll: bool = True) -> int:
    """The control field of ``SNRM``, ``RR 3``, ``I 0 1`` or ``0xEF``, with the P bit. Raises ValueError."""
    name, *numbers = words.split()
    bit = POLL_FINAL if poll else 0
    if name.startswith("0x"):
        return int(name, 16)
    counts = [int(number) for number in numbers]
    match Kind[name], counts:
        case Kind.I, [sent, received]:
            return received << 5 | bit | sent << 1
        case (Kind.RR | Kind.RNR | Kind.REJ) as kind, [received]:
            return received << 5 | bit | kind
        case kind, [] if kind not in _NUMBERED:
            return kind | bit
    raise ValueError(f"{words!r} is no control field")


# -- what a client says -------------------------------------------------------------------------------------------


def aarq() -> bytes:
    """The AARQ of a client without authentication, with its LLC header."""
    wanted = Conformance.GET | Conformance.SET | Conformance.ACTION | Conformance.BLOCK_TRANSFER_GET
    initiate = InitiateRequest(wanted, 0xFFFF).encode()
    return COMMAND_LLC + Aarq(context_name(ApplicationContext.LOGICAL_NAME), initiate).encode()


def get_device_name() -> bytes:
    """A GET of the logical device name, which every client may read, with its LLC header."""
    return COMMAND_LLC + GetRequestNormal(_INVOKE, Attribute(1, Obis("0.0.42.0.0.255"), 2)).encode()


def proposal(information: int, window: int) -> bytes:
    """The information field of an SNRM that proposes these sizes for both directions."""
    return HdlcParameters(information, information, window, window).encode()
