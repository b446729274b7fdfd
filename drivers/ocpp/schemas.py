"""Payloads against OCA's JSON schemas, which the package ``ocpp`` carries.

The package is an extra and slow to import: it is loaded when the first payload is checked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Protocol

from drivers.ocpp.errors import ErrorCode, RpcError
from drivers.ocpp.versions import Version

_DIRECTORIES = {Version.V16: "v16", Version.V201: "v201", Version.V21: "v21"}
_UNANSWERED = frozenset({"NotifyPeriodicEventStream"})
_CODES = {
    "type": ErrorCode.TYPE_CONSTRAINT,
    "required": ErrorCode.OCCURRENCE_CONSTRAINT,
    "minItems": ErrorCode.OCCURRENCE_CONSTRAINT,
    "maxItems": ErrorCode.OCCURRENCE_CONSTRAINT,
    "additionalProperties": ErrorCode.FORMAT_VIOLATION,
}


class _Validator(Protocol):
    def iter_errors(self, instance: Any) -> Any: ...


def actions(version: Version) -> frozenset[str]:
    """Every action of a version."""
    return _actions(version)


@cache
def _actions(version: Version) -> frozenset[str]:
    names = (
        entry.name.removesuffix(".json") for entry in _directory(version).iterdir() if entry.name.endswith(".json")
    )
    return frozenset(name.removesuffix("Request") for name in names if not name.endswith("Response"))


def check_request(version: Version, action: str, payload: Mapping[str, Any], message_id: str = "") -> None:
    """Hold the payload of a call to its schema. Raises RpcError: not implemented for an action that there is not."""
    if action not in _actions(version):
        raise RpcError(ErrorCode.NOT_IMPLEMENTED, f"no action {action[:60]!r} in {version.value}", message_id)
    _check(version, _request_name(version, action), payload, message_id)


def check_response(version: Version, action: str, payload: Mapping[str, Any], message_id: str = "") -> None:
    """Hold the payload of a result to its schema. Raises RpcError."""
    _check(version, f"{action}Response", payload, message_id)


def _check(version: Version, name: str, payload: Mapping[str, Any], message_id: str) -> None:
    # 1.6 has numbers that are multiples of 0.1, which binary fractions are not.
    exact = json.loads(json.dumps(payload), parse_float=Decimal) if version.is_old else payload
    error = next(iter(_validator(version, name).iter_errors(exact)), None)
    if error is None:
        return
    code = _CODES.get(error.validator, ErrorCode.PROPERTY_CONSTRAINT)
    where = "/".join(str(part) for part in error.absolute_path) or "the payload"
    raise RpcError(code, f"{where}: {error.validator}", message_id)


def request_schema(version: Version, action: str) -> Mapping[str, Any]:
    """The JSON schema of a call's payload, as OCA has it."""
    path = _directory(version) / f"{_request_name(version, action)}.json"
    schema: Mapping[str, Any] = json.loads(path.read_text("utf-8-sig"))
    return schema


def _request_name(version: Version, action: str) -> str:
    """Of the file with the payload of a call; what is never answered (2.1: a ``SEND``) has no such ending."""
    return action if version.is_old or action in _UNANSWERED else f"{action}Request"


@cache
def _validator(version: Version, name: str) -> _Validator:
    from jsonschema import Draft4Validator, Draft6Validator

    text = (_directory(version) / f"{name}.json").read_text("utf-8-sig")
    kind = Draft4Validator if version.is_old else Draft6Validator
    made: _Validator = kind(json.loads(text, parse_float=Decimal if version.is_old else float))
    return made


def _directory(version: Version) -> Any:
    return resources.files("ocpp") / _DIRECTORIES[version] / "schemas"
