"""Payloads that a schema lets pass: for each required field a value of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drivers.ocpp.schemas import request_schema
from drivers.ocpp.versions import Version

_TEXTS = {"date-time": "2026-01-05T00:00:00Z", "uri": "http://127.0.0.1:9/x"}


def sample_payload(version: Version, action: str) -> dict[str, Any]:
    """The smallest payload of a call that its schema lets pass."""
    schema = request_schema(version, action)
    payload: dict[str, Any] = _object(schema, schema.get("definitions", {}))
    return payload


def _object(schema: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties", {})
    return {name: _value(properties.get(name, {}), named) for name in schema.get("required", ())}


def _value(schema: Mapping[str, Any], named: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return _value(named[str(schema["$ref"]).rpartition("/")[2]], named)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    if kind == "object":
        return _object(schema, named)
    if kind == "array":
        return [_value(schema.get("items", {}), named)] * max(1, int(schema.get("minItems", 1)))
    if kind in ("integer", "number"):
        return max(1, int(schema.get("minimum", 1)))
    if kind == "boolean":
        return False
    return _TEXTS.get(str(schema.get("format", "")), "x")
