"""Signed messages as bytes: captured, delivered again, and what the system says to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from drivers.cim.canonical import Request, Response
from drivers.cim.client import Answer, OfficeClient
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.messages import MalformedMessageError, Message, decode
from drivers.cim.messenger import MESSAGE_PATH
from drivers.cim.signature import SIGNATURE_HEADER
from drivers.transport.tap import Direction

SIGNATURE = SIGNATURE_HEADER.lower()


async def deliver(client: OfficeClient, message: bytes) -> Answer:
    """Send a request as it is. Raises OfficeRefusedError with the code of the reply, and what the client raises."""
    answer = await client.send(message)
    if answer.status >= 400:
        raise OfficeRefusedError(answer.status, code_of(answer))
    return answer


def code_of(answer: Answer) -> str:
    """The code of a refusal, in a reply or outside of one; empty where there is none."""
    try:
        reply = decode(answer.body).reply
    except MalformedMessageError:
        return answer.code()
    return str(reply.errors[0].code) if reply is not None and reply.errors else ""


async def captured(client: OfficeClient, act: Callable[[], Awaitable[Any]]) -> tuple[Any, bytes, bytes]:
    """Do ``act`` over ``client``: its value, and the request and the answer as they went over the line."""
    with client.message.capturing() as seen:
        value = await act()
    sent = next(one.data for one in seen if one.direction is Direction.OUT)
    got = next(one.data for one in seen if one.direction is Direction.IN)
    return value, sent, got


def message_of(request: bytes) -> Message:
    """The message in a captured request."""
    return decode(Request.from_bytes(request).body)


def with_body(request: bytes, body: bytes) -> bytes:
    """The request with another body under the signature that it had."""
    return replace(Request.from_bytes(request), body=body).to_bytes()


def with_signature(request: bytes, signature: str | None) -> bytes:
    """The request with another signature, or with none."""
    parsed = Request.from_bytes(request)
    headers = {name: value for name, value in parsed.headers.items() if name != SIGNATURE}
    if signature is not None:
        headers[SIGNATURE] = signature
    return replace(parsed, headers=headers).to_bytes()


def reversed_direction(answer: bytes) -> bytes:
    """An answer of the system, sent to it as if it were a message."""
    response = Response.from_bytes(answer)
    return Request("POST", MESSAGE_PATH, response.headers, response.body).to_bytes()
