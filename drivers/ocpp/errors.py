"""What goes wrong with OCPP beside the transport."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from drivers.ocpp.versions import Version


class ErrorCode(StrEnum):
    """What a CALLERROR says (OCPP-J 1.6 4.2.3; 2.0.1 part 4, 4.3). 1.6 spells two of them its own way: `spelled`."""

    NOT_IMPLEMENTED = "NotImplemented"
    NOT_SUPPORTED = "NotSupported"
    INTERNAL_ERROR = "InternalError"
    PROTOCOL_ERROR = "ProtocolError"
    SECURITY_ERROR = "SecurityError"
    FORMAT_VIOLATION = "FormatViolation"
    PROPERTY_CONSTRAINT = "PropertyConstraintViolation"
    OCCURRENCE_CONSTRAINT = "OccurrenceConstraintViolation"
    TYPE_CONSTRAINT = "TypeConstraintViolation"
    GENERIC = "GenericError"
    MESSAGE_TYPE = "MessageTypeNotSupported"
    RPC_FRAMEWORK = "RpcFrameworkError"

    def spelled(self, version: Version) -> str:
        """As ``version`` writes it; what 1.6 does not know is its generic error."""
        if not version.is_old:
            return self.value
        return {
            ErrorCode.FORMAT_VIOLATION: "FormationViolation",
            ErrorCode.OCCURRENCE_CONSTRAINT: "OccurenceConstraintViolation",
            ErrorCode.MESSAGE_TYPE: "GenericError",
            ErrorCode.RPC_FRAMEWORK: "GenericError",
        }.get(self, self.value)


class OcppError(Exception):
    """Base of all of them."""


class RpcError(OcppError):
    """What came is no message, or cannot be carried out. ``message_id`` is empty where it could not be read."""

    def __init__(self, code: ErrorCode, text: str, message_id: str = "") -> None:
        super().__init__(f"{code.value}: {text}")
        self.code = code
        self.text = text
        self.message_id = message_id


class CallRefusedError(OcppError):
    """The other end answered a call with a CALLERROR."""

    def __init__(self, action: str, code: str, description: str, details: Mapping[str, Any]) -> None:
        super().__init__(f"{action} was answered by {code}" + (f": {description}" if description else ""))
        self.action = action
        self.code = code
        self.description = description
        self.details = details


class NoAnswerError(OcppError):
    """A call was not answered in time."""


class UpgradeRefusedError(OcppError):
    """The other end does not become a WebSocket, or none with a version of ours. ``status``: HTTP's, 0 for garbage."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


class SessionClosedError(OcppError):
    """The WebSocket is closed. ``code`` is that of its close frame, 1006 without one (RFC 6455, 7.1.5)."""

    def __init__(self, text: str, code: int = 1006) -> None:
        super().__init__(text)
        self.code = code


class BadPayloadError(OcppError):
    """What a message says cannot be understood, though its schema lets it pass."""
