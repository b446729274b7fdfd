"""What can go wrong between the bench and an office system. Silence, a broken connection, a refused handshake and a
refusal in words are different facts and different exceptions."""

from __future__ import annotations


class OfficeError(Exception):
    """Base of all errors of this driver."""


class OfficeUnreachableError(OfficeError):
    """Nobody listens at the address, or the name does not resolve."""


class OfficeSilenceError(OfficeError):
    """No answer in time."""


class OfficeClosedError(OfficeError):
    """The system closed the connection without an answer."""


class OfficeTlsError(OfficeError):
    """The TLS handshake failed, or the system ended the session with an alert. ``reason`` is OpenSSL's word for
    it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"TLS: {reason}")
        self.reason = reason


class OfficeRefusedError(OfficeError):
    """The system answered and refused: HTTP ``status`` and the ``code`` of its body (empty if it gave none)."""

    def __init__(self, status: int, code: str = "") -> None:
        super().__init__(f"refused with status {status}" + (f", code {code}" if code else ""))
        self.status = status
        self.code = code


class BadAnswerError(OfficeError):
    """The answer is not what the interface promises."""
