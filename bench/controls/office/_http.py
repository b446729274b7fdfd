"""HTTP below the client: requests as bytes for a raw connection, and what an answer gives away."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bench.controls.attempts import Attempt
from drivers.cim.canonical import Request, Response
from drivers.cim.client import Answer
from drivers.cim.raw import RawConnection, RawReply
from drivers.transport.tap import Direction, Seen


def as_http(request: Request, host: str, length: int | None = None) -> bytes:
    """A request as it goes over the wire. ``length``: what it says of its body's length, in place of the truth."""
    lines = [f"{request.method} {request.path} HTTP/1.1", f"host: {host}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.body or length is not None:
        lines.append(f"content-length: {len(request.body) if length is None else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + request.body


async def exchanged(connection: RawConnection, data: bytes, timeout_s: float = 5.0) -> RawReply:
    """Send ``data`` over an open connection and take what comes back."""
    await connection.send(data)
    return await connection.receive(timeout_s)


def body_of(reply: RawReply) -> bytes:
    """The body of an HTTP answer, empty when there is none."""
    return reply.data.partition(b"\r\n\r\n")[2]


def let_in(tried: Attempt) -> bool:
    """Whether an attempt was accepted: an answer of HTTP counts by its status."""
    return tried.accepted and (not isinstance(tried.value, Answer) or tried.value.status < 400)


def received(seen: Iterable[Seen]) -> list[Response]:
    """The answers in what a tap of layer ``message`` has seen."""
    return [Response.from_bytes(one.data) for one in seen if one.direction is Direction.IN]


def gives(answer: Answer) -> int:
    """Payload bytes of an answer: those of a message's payload; of any other body all, unless it is an error."""
    return payload_bytes(answer.status, answer.body)


def payload_bytes(status: int, body: bytes) -> int:
    """The same for status and body. Empty lists and objects are no payload."""
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return len(body) if status < 400 else 0
    if not isinstance(document, dict):
        return len(body)
    if "Header" in document:
        payload = document.get("Payload") or {}
        return sum(len(msgspec.json.encode(value)) for value in payload.values() if value)
    return 0 if set(document) <= {"error", "error_description"} else len(body)
