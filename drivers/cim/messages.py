"""The envelope: header, request, payload, reply; and its JSON text.

The parts and most field names are those of IEC 61968-100 (`unverified`); the rendering in JSON is this project's::

    {"Header": {"Verb": "create", "Noun": "EndDeviceControls", "MessageID": "…", "CorrelationID": "…", "Timestamp":
    "…",
                "Source": "cis", "Originator": "cis/clerk-7", "Hops": ["cis"], "Nonce": "…"},
     "Payload": {"EndDeviceControls": […]}}

``MessageID`` is new for each message and makes it idempotent. ``CorrelationID`` is the id of the business matter:
one id at all hops and in every log. ``Originator`` is who wanted it first, ``Hops`` the systems that it came
through.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from drivers.cim.vocabulary import Code, Result, Verb

T = TypeVar("T")

MAX_BODY_BYTES = 262_144
MAX_NESTING = 12

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[][{}]")


class MalformedMessageError(ValueError):
    """Not a message of this kind: no JSON, nested too deep, or fields that are missing, unknown or of a wrong
    type.
    """


class OriginProof(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """The originator's own signed message, carried by a system that passes a command on (body as base64url)."""

    signature: str
    body: str
    path: str


class Header(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """Who says what to whom about what. ``timestamp`` is ISO 8601 UTC."""

    verb: Verb
    noun: str
    timestamp: str
    source: str
    message_id: str = msgspec.field(name="MessageID")
    correlation_id: str = msgspec.field(name="CorrelationID", default="")
    originator: str = ""
    hops: tuple[str, ...] = ()
    nonce: str = ""
    revision: str = "1"
    time_quality: str = ""
    origin_proof: OriginProof | None = None


class ErrorItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One error; ``meter`` and ``order`` say whose it is, where it is not the whole message's."""

    code: Code
    meter: str = ""
    order: str = ""


class ReplyPart(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """How a request ended."""

    result: Result
    errors: tuple[ErrorItem, ...] = ()


class Message(
    msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True, omit_defaults=True
):
    """One message. ``request`` and ``payload`` are objects whose one key is the noun."""

    header: Header
    request: dict[str, Any] | None = None
    payload: dict[str, Any] | None = None
    reply: ReplyPart | None = None


def encode(message: Message) -> bytes:
    """The message as JSON text (UTF-8)."""
    return msgspec.json.encode(message)


def decode(body: bytes) -> Message:
    """The message in ``body``. Raises MalformedMessageError."""
    check_nesting(body)
    try:
        return msgspec.json.decode(body, type=Message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessageError(str(error)) from error


def check_nesting(body: bytes, limit: int = MAX_NESTING) -> None:
    """Raise MalformedMessageError when brackets nest deeper than ``limit``; brackets in strings do not count."""
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", body)):
        depth += 1 if bracket in b"{[" else -1
        if depth > limit:
            raise MalformedMessageError("nested too deep")


def part(container: dict[str, Any] | None, name: str, kind: type[T]) -> T:
    """The typed value of key ``name`` in a request or payload. Raises MalformedMessageError."""
    if container is None or name not in container:
        raise MalformedMessageError(f"{name} is missing")
    if len(container) != 1:
        raise MalformedMessageError(f"more than {name}")
    try:
        return msgspec.convert(container[name], type=kind)
    except msgspec.ValidationError as error:
        raise MalformedMessageError(str(error)) from error


def plain(value: Any) -> Any:
    """A payload's structs as plain dictionaries and lists, ready for `Message.payload`."""
    return msgspec.to_builtins(value)
