"""What can go wrong in DLMS/COSEM, each fact an exception of its own, each code a field.

Silence, a closed peer and a port that cannot be opened are not here: they are the transport's
(`drivers.transport.base`), and pass through a client unchanged.
"""

from __future__ import annotations

from drivers.dlms.enums import (
    AcseDiagnostic,
    ActionResult,
    AssociationResult,
    ConfirmedError,
    DataAccessResult,
    ServiceFault,
    StateFault,
)


class DlmsError(Exception):
    """Base of everything that DLMS/COSEM reports or finds wrong."""


# -- wire formats ----------------------------------------------------------------------------------------------------


class DecodeError(DlmsError):
    """Bytes that are not what they should be. The only exception that a decoder of this package raises.

    ``offset`` is where in the decoded buffer the decoder stood, in bytes.
    """

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(f"{reason} (at byte {offset})")
        self.reason = reason
        self.offset = offset


class EncodeError(DlmsError, ValueError):
    """A value that the wire format cannot hold: out of range, too long, of a type that DLMS does not have."""


# -- security --------------------------------------------------------------------------------------------------------


class SecurityError(DlmsError):
    """A protected message that cannot be made or must not be accepted."""


class MissingKeyError(SecurityError):
    """The security material lacks the key that this protection needs."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no {key} in the security material")
        self.key = key


class TagError(SecurityError):
    """An authentication tag, a signature or a key wrap is wrong: other key, other system title, or altered bytes."""


class CounterError(SecurityError):
    """An invocation counter that was used before (replay), or that is used up."""

    def __init__(self, counter: int, expected: int) -> None:
        super().__init__(f"invocation counter {counter}, expected at least {expected}")
        self.counter = counter
        self.expected = expected


class ProtectionError(SecurityError):
    """A message less protected than the association demands, or protected in a way that it did not agree to."""


# -- refusals of the peer --------------------------------------------------------------------------------------------


class RefusedError(DlmsError):
    """The peer answered, and the answer was no."""


class DataAccessError(RefusedError):
    """GET or SET was refused with a data-access-result."""

    def __init__(self, result: DataAccessResult, what: str = "") -> None:
        super().__init__(f"{what + ': ' if what else ''}{result.name} ({result.value})")
        self.result = result


class ActionError(RefusedError):
    """ACTION was refused with an action-result, or (``data_result``) its return parameters were withheld."""

    def __init__(self, result: ActionResult, what: str = "", data_result: DataAccessResult | None = None) -> None:
        code = result if data_result is None else data_result
        super().__init__(f"{what + ': ' if what else ''}{code.name} ({code.value})")
        self.result = result
        self.data_result = data_result


class ExceptionResponseError(RefusedError):
    """The peer answered with an exception-response. ``counter`` comes with service error 6 only."""

    def __init__(self, state_error: StateFault, service_error: ServiceFault, counter: int | None = None) -> None:
        detail = f", expected counter {counter}" if counter is not None else ""
        super().__init__(f"exception response: {state_error.name}, {service_error.name}{detail}")
        self.state_error = state_error
        self.service_error = service_error
        self.counter = counter


class ServiceError(RefusedError):
    """The peer answered with a confirmed-service-error."""

    def __init__(self, error: ConfirmedError) -> None:
        super().__init__(f"confirmed service error: {error}")
        self.error = error


class AssociationRefusedError(RefusedError):
    """The peer answered the AARQ with a refusal (AARE with a result other than accepted)."""

    def __init__(
        self, result: AssociationResult, diagnostic: AcseDiagnostic, error: ConfirmedError | None = None
    ) -> None:
        detail = f", {error}" if error is not None else ""
        super().__init__(f"association refused: {result.name}, {diagnostic.name}{detail}")
        self.result = result
        self.diagnostic = diagnostic
        self.error = error


class AuthenticationError(RefusedError):
    """HLS failed: the server refused pass 3, or (``server_proved`` false) did not prove that it holds the secret."""

    def __init__(self, reason: str, *, server_proved: bool | None = None) -> None:
        super().__init__(reason)
        self.server_proved = server_proved


class UnexpectedApduError(DlmsError):
    """A well-formed APDU that does not answer what was asked: other service, other invoke id, other block."""

    def __init__(self, expected: str, got: object) -> None:
        super().__init__(f"expected {expected}, got {type(got).__name__}")
        self.expected = expected
        self.got = got
