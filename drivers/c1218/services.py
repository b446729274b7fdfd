"""The services of C12.18: requests and the parts of responses, as frozen dataclasses. Pure (EPRI; TERMINETER).

Table numbers are 16 bits, manufacturer tables from 2048 on; offsets 24 bits; all numbers big-endian, whatever the
tables' own byte order. Table data carry their length and the two's complement of the sum of their bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.c1218.codes import BAUD_CODES, BAUD_OF, ResponseCode
from drivers.c1218.errors import DecodeError, EncodeError

MANUFACTURER_TABLES = 2048
USER_LENGTH, PASSWORD_LENGTH = 10, 20
_IDENTIFY, _TERMINATE = 0x20, 0x21
_READ, _READ_DEFAULT, _READ_OFFSET = 0x30, 0x3E, 0x3F
_WRITE, _WRITE_OFFSET = 0x40, 0x4F
_LOGON, _SECURITY, _LOGOFF = 0x50, 0x51, 0x52
_NEGOTIATE, _WAIT, _TIMING = 0x60, 0x70, 0x71
_MOST_INDICES, _MOST_BAUDS = 9, 11


@dataclass(frozen=True, slots=True)
class Identify:
    """Which protocol and version the meter speaks; the first service of a session."""


@dataclass(frozen=True, slots=True)
class Terminate:
    """End the session at once; the meter is back in its base state."""


@dataclass(frozen=True, slots=True)
class Read:
    """A whole table."""

    table: int


@dataclass(frozen=True, slots=True)
class ReadDefault:
    """The meter's default table."""


@dataclass(frozen=True, slots=True)
class ReadOffset:
    """``count`` bytes of a table from ``offset`` on."""

    table: int
    offset: int
    count: int


@dataclass(frozen=True, slots=True)
class ReadIndex:
    """``count`` elements of a table, the first one found by up to nine indices."""

    table: int
    indices: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Write:
    """A whole table."""

    table: int
    data: bytes


@dataclass(frozen=True, slots=True)
class WriteOffset:
    """Bytes of a table from ``offset`` on."""

    table: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class WriteIndex:
    """Elements of a table, the first one found by up to nine indices."""

    table: int
    indices: tuple[int, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Logon:
    """Begin a session as ``user_id`` (0 to 65535) with a name of at most 10 bytes. Proves nothing."""

    user_id: int
    user: bytes = b""


@dataclass(frozen=True, slots=True)
class Security:
    """The password, in clear, filled up to 20 bytes with zeros (TERMINETER)."""

    password: bytes


@dataclass(frozen=True, slots=True)
class Logoff:
    """End what the logon began; the link stays as negotiated."""


@dataclass(frozen=True, slots=True)
class Negotiate:
    """Packet size (bytes), packets a message, and the baud rates that the client offers; none: stay."""

    packet_size: int
    packets: int
    bauds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Keep the session for so many seconds (0 to 255) without traffic."""

    seconds: int


@dataclass(frozen=True, slots=True)
class TimingSetup:
    """Times in s: channel traffic, inter-character, response, and the number of retries (C12.21's 0x71; unverified)."""

    traffic_s: int
    inter_character_s: int
    response_s: int
    retries: int


Request = (
    Identify | Terminate | Read | ReadDefault | ReadOffset | ReadIndex | Write | WriteOffset | WriteIndex
    | Logon | Security | Logoff | Negotiate | Wait | TimingSetup
)  # fmt: skip


# -- numbers ---------------------------------------------------------------------------------------------------------


def _number(value: int, size: int, what: str) -> bytes:
    if not 0 <= value < 1 << 8 * size:
        raise EncodeError(f"{what} {value} does not fit into {size} bytes")
    return value.to_bytes(size, "big")


def _padded(value: bytes, length: int, fill: bytes, what: str) -> bytes:
    if len(value) > length:
        raise EncodeError(f"{what} is longer than {length} bytes")
    return value + fill * (length - len(value))


def checksum(data: bytes) -> int:
    """Two's complement of the sum of the bytes, which makes data and checksum add up to 0 (modulo 256)."""
    return -sum(data) & 0xFF


def table_data(data: bytes) -> bytes:
    """Length, data and checksum, as in read responses and write requests. Raises EncodeError above 65,535 bytes."""
    return _number(len(data), 2, "length of data") + data + bytes((checksum(data),))


def parse_table_data(encoded: bytes) -> bytes:
    """The data in `table_data`. Raises DecodeError for a wrong length or checksum."""
    if len(encoded) < 3:
        raise DecodeError("table data without length or checksum")
    count = int.from_bytes(encoded[:2], "big")
    data = encoded[2:-1]
    if count != len(data):
        raise DecodeError(f"length field {count}, {len(data)} bytes of data")
    if encoded[-1] != checksum(data):
        raise DecodeError("wrong checksum of table data", len(encoded) - 1)
    return data


# -- requests --------------------------------------------------------------------------------------------------------


def encode_request(request: Request) -> bytes:
    """A request as a message. Raises EncodeError."""
    match request:
        case Identify():
            return bytes((_IDENTIFY,))
        case Terminate():
            return bytes((_TERMINATE,))
        case Logoff():
            return bytes((_LOGOFF,))
        case ReadDefault():
            return bytes((_READ_DEFAULT,))
        case Read(table):
            return bytes((_READ,)) + _number(table, 2, "table")
        case ReadOffset(table, offset, count):
            place = _number(table, 2, "table") + _number(offset, 3, "offset")
            return bytes((_READ_OFFSET,)) + place + _number(count, 2, "count")
        case ReadIndex(table, indices, count):
            return _indexed(_READ, table, indices) + _number(count, 2, "count")
        case Write(table, data):
            return bytes((_WRITE,)) + _number(table, 2, "table") + table_data(data)
        case WriteOffset(table, offset, data):
            place = _number(table, 2, "table") + _number(offset, 3, "offset")
            return bytes((_WRITE_OFFSET,)) + place + table_data(data)
        case WriteIndex(table, indices, data):
            return _indexed(_WRITE, table, indices) + table_data(data)
        case Logon(user_id, user):
            return bytes((_LOGON,)) + _number(user_id, 2, "user id") + _padded(user, USER_LENGTH, b" ", "user")
        case Security(password):
            return bytes((_SECURITY,)) + _padded(password, PASSWORD_LENGTH, b"\0", "password")
        case Negotiate():
            return _negotiate(request)
        case Wait(seconds):
            return bytes((_WAIT,)) + _number(seconds, 1, "wait")
        case TimingSetup():
            times = (request.traffic_s, request.inter_character_s, request.response_s, request.retries)
            return bytes((_TIMING,)) + b"".join(_number(value, 1, "time") for value in times)


def _indexed(code: int, table: int, indices: tuple[int, ...]) -> bytes:
    if not 1 <= len(indices) <= _MOST_INDICES:
        raise EncodeError(f"{len(indices)} indices: must be 1 to {_MOST_INDICES}")
    found = b"".join(_number(index, 2, "index") for index in indices)
    return bytes((code + len(indices),)) + _number(table, 2, "table") + found


def _negotiate(request: Negotiate) -> bytes:
    if len(request.bauds) > _MOST_BAUDS:
        raise EncodeError(f"{len(request.bauds)} baud rates: at most {_MOST_BAUDS}")
    unknown = [baud for baud in request.bauds if baud not in BAUD_CODES]
    if unknown:
        raise EncodeError(f"baud rate {unknown[0]} has no code")
    bauds = bytes(BAUD_CODES[baud] for baud in request.bauds)
    sizes = _number(request.packet_size, 2, "packet size") + _number(request.packets, 1, "number of packets")
    return bytes((_NEGOTIATE + len(bauds),)) + sizes + bauds


def decode_request(message: bytes) -> Request:
    """A request from a message. Raises DecodeError for an unknown service and for one of a wrong length."""
    if not message:
        raise DecodeError("an empty message")
    code, body = message[0], _Body(message)
    request = _decoded(code, body)
    body.end()
    return request


def _decoded(code: int, body: _Body) -> Request:
    simple: dict[int, Callable[[], Request]] = {
        _IDENTIFY: Identify, _TERMINATE: Terminate, _LOGOFF: Logoff, _READ_DEFAULT: ReadDefault
    }  # fmt: skip
    if code in simple:
        return simple[code]()
    if code == _READ:
        return Read(body.number(2))
    if code == _READ_OFFSET:
        return ReadOffset(body.number(2), body.number(3), body.number(2))
    if _READ < code <= _READ + _MOST_INDICES:
        return ReadIndex(body.number(2), body.numbers(code - _READ), body.number(2))
    if code == _WRITE:
        return Write(body.number(2), parse_table_data(body.rest()))
    if code == _WRITE_OFFSET:
        return WriteOffset(body.number(2), body.number(3), parse_table_data(body.rest()))
    if _WRITE < code <= _WRITE + _MOST_INDICES:
        return WriteIndex(body.number(2), body.numbers(code - _WRITE), parse_table_data(body.rest()))
    if code == _LOGON:
        return Logon(body.number(2), body.take(USER_LENGTH))
    if code == _SECURITY:
        return Security(body.take(PASSWORD_LENGTH))
    if _NEGOTIATE <= code <= _NEGOTIATE + _MOST_BAUDS:
        size, packets = body.number(2), body.number(1)
        codes = body.take(code - _NEGOTIATE)
        return Negotiate(size, packets, tuple(BAUD_OF[one] for one in codes if one in BAUD_OF))
    if code == _WAIT:
        return Wait(body.number(1))
    if code == _TIMING:
        return TimingSetup(body.number(1), body.number(1), body.number(1), body.number(1))
    raise UnknownServiceError(code)


class UnknownServiceError(DecodeError):
    """A request code that C12.18 does not have."""

    def __init__(self, code: int) -> None:
        super().__init__(f"unknown service 0x{code:02X}")
        self.code = code


class _Body:
    """What follows the code of a message, taken from the front."""

    def __init__(self, message: bytes) -> None:
        self._message = message
        self._at = 1

    def take(self, length: int) -> bytes:
        taken = self._message[self._at : self._at + length]
        if len(taken) < length:
            raise DecodeError("the message is too short", self._at)
        self._at += length
        return taken

    def rest(self) -> bytes:
        return self.take(len(self._message) - self._at)

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def numbers(self, count: int) -> tuple[int, ...]:
        return tuple(self.number(2) for _ in range(count))

    def end(self) -> None:
        if self._at != len(self._message):
            raise DecodeError("the message is too long", self._at)


# -- responses -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Identity:
    """Response to Identify. ``standard`` 0: C12.18; ``features`` are what follows, without the closing 0."""

    standard: int
    version: int
    revision: int
    features: bytes = b""

    def encode(self) -> bytes:
        return bytes((self.standard, self.version, self.revision)) + self.features + b"\0"

    @classmethod
    def decode(cls, body: bytes) -> Identity:
        if len(body) < 3:
            raise DecodeError("an identification of less than 3 bytes")
        return cls(body[0], body[1], body[2], body[3:].removesuffix(b"\0"))


@dataclass(frozen=True, slots=True)
class Negotiated:
    """Response to Negotiate. ``baud`` 0: left as it is."""

    packet_size: int
    packets: int
    baud: int = 0

    def encode(self) -> bytes:
        return self.packet_size.to_bytes(2, "big") + bytes((self.packets, BAUD_CODES.get(self.baud, 0)))

    @classmethod
    def decode(cls, body: bytes) -> Negotiated:
        if len(body) not in (3, 4):
            raise DecodeError(f"a negotiate response of {len(body)} bytes")
        code = body[3] if len(body) == 4 else 0
        if code and code not in BAUD_OF:
            raise DecodeError(f"baud code {code}", 3)
        return cls(int.from_bytes(body[:2], "big"), body[2], BAUD_OF.get(code, 0))


def response(code: ResponseCode, body: bytes = b"") -> bytes:
    """A response as a message."""
    return bytes((code,)) + body


def parse_response(message: bytes) -> tuple[ResponseCode, bytes]:
    """Code and body of a response. Raises DecodeError."""
    if not message:
        raise DecodeError("an empty response")
    try:
        return ResponseCode(message[0]), message[1:]
    except ValueError:
        raise DecodeError(f"response code {message[0]}") from None
