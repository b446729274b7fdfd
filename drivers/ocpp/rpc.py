"""The RPC framework of OCPP-J: calls, results and errors as JSON arrays (OCPP-J 1.6, 4; 2.0.1 part 4, 4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drivers.ocpp.errors import ErrorCode, RpcError
from drivers.ocpp.versions import Version

UNREADABLE_ID = "-1"
"""The message id of a CALLERROR whose call's id could not be read (2.0.1 part 4, 4.2.3; unverified)."""
ID_LENGTH = 36
_CALL, _RESULT, _ERROR, _RESULT_ERROR, _SEND = 2, 3, 4, 5, 6

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """A request."""

    message_id: str
    action: str
    payload: Payload = field(default_factory=dict)


@dataclass(frozen=True)
class CallResult:
    """The answer to a request."""

    message_id: str
    payload: Payload = field(default_factory=dict)


@dataclass(frozen=True)
class CallError:
    """The refusal of a request. ``of_result``: of a result, in 2.1."""

    message_id: str
    code: str
    description: str = ""
    details: Payload = field(default_factory=dict)
    of_result: bool = False


@dataclass(frozen=True)
class Send:
    """A message of 2.1 that nobody answers."""

    message_id: str
    action: str
    payload: Payload = field(default_factory=dict)


Message = Call | CallResult | CallError | Send


def encode(message: Message) -> str:
    """The JSON array of a message."""
    return json.dumps(_array(message), separators=(",", ":"))


def _array(message: Message) -> list[Any]:
    if isinstance(message, Call):
        return [_CALL, message.message_id, message.action, message.payload]
    if isinstance(message, CallResult):
        return [_RESULT, message.message_id, message.payload]
    if isinstance(message, Send):
        return [_SEND, message.message_id, message.action, message.payload]
    kind = _RESULT_ERROR if message.of_result else _ERROR
    return [kind, message.message_id, message.code, message.description, message.details]


def decode(text: str, version: Version) -> Message:
    """Take a message apart. Raises RpcError, with the id where it could be read."""
    try:
        array = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RpcError(_malformed(version), "no JSON") from error
    if not isinstance(array, list) or len(array) < 3:
        raise RpcError(_malformed(version), "no array of a message")
    kind, message_id = array[0], array[1]
    if not isinstance(message_id, str) or not 0 < len(message_id) <= ID_LENGTH:
        raise RpcError(_malformed(version), f"the message id is no string of 1 to {ID_LENGTH} characters")
    if isinstance(kind, bool) or not isinstance(kind, int) or kind not in _kinds(version):
        raise RpcError(ErrorCode.MESSAGE_TYPE, f"no message type {str(kind)[:20]}", message_id)
    try:
        return _MAKERS[kind](array, message_id)
    except (TypeError, ValueError) as error:
        raise RpcError(_malformed(version), str(error), message_id) from error


def _malformed(version: Version) -> ErrorCode:
    """2.x has a code of its own for what is no message at all."""
    return ErrorCode.FORMAT_VIOLATION if version.is_old else ErrorCode.RPC_FRAMEWORK


def _kinds(version: Version) -> frozenset[int]:
    old = frozenset({_CALL, _RESULT, _ERROR})
    return old | {_RESULT_ERROR, _SEND} if version is Version.V21 else old


def _call(array: list[Any], message_id: str) -> Call:
    _, _, action, payload = _of_length(array, 4)
    return Call(message_id, _text(action, "action"), _object(payload))


def _send(array: list[Any], message_id: str) -> Send:
    _, _, action, payload = _of_length(array, 4)
    return Send(message_id, _text(action, "action"), _object(payload))


def _result(array: list[Any], message_id: str) -> CallResult:
    return CallResult(message_id, _object(_of_length(array, 3)[2]))


def _error(array: list[Any], message_id: str) -> CallError:
    kind, _, code, description, details = _of_length(array, 5)
    return CallError(
        message_id,
        _text(code, "error code"),
        _text(description, "description"),
        _object(details),
        kind == _RESULT_ERROR,
    )


_MAKERS: dict[int, Callable[[list[Any], str], Message]] = {
    _CALL: _call,
    _RESULT: _result,
    _ERROR: _error,
    _RESULT_ERROR: _error,
    _SEND: _send,
}


def _of_length(array: list[Any], length: int) -> list[Any]:
    if len(array) != length:
        raise ValueError(f"{len(array)} elements, not {length}")
    return array


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"the {what} is no text")
    return value


def _object(value: Any) -> Payload:
    if not isinstance(value, dict):
        raise TypeError("the payload is no object")
    return value
