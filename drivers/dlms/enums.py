"""The codes of DLMS/COSEM (IEC 62056-5-3, IEC 62056-6-2) that services, associations and security use.

Values were checked against the tables of the interop peers (gurux_dlms, pydlms-client); nobody here read them in the
standard.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

from drivers.metering import SwitchState as SwitchState  # control_state of a disconnect control (class 70)

# -- results of services ---------------------------------------------------------------------------------------------


class DataAccessResult(IntEnum):
    """data-access-result of GET and SET."""

    SUCCESS = 0
    HARDWARE_FAULT = 1
    TEMPORARY_FAILURE = 2
    READ_WRITE_DENIED = 3
    OBJECT_UNDEFINED = 4
    OBJECT_CLASS_INCONSISTENT = 9
    OBJECT_UNAVAILABLE = 11
    TYPE_UNMATCHED = 12
    SCOPE_OF_ACCESS_VIOLATED = 13
    DATA_BLOCK_UNAVAILABLE = 14
    LONG_GET_ABORTED = 15
    NO_LONG_GET_IN_PROGRESS = 16
    LONG_SET_ABORTED = 17
    NO_LONG_SET_IN_PROGRESS = 18
    DATA_BLOCK_NUMBER_INVALID = 19
    OTHER_REASON = 250


class ActionResult(IntEnum):
    """action-result of ACTION."""

    SUCCESS = 0
    HARDWARE_FAULT = 1
    TEMPORARY_FAILURE = 2
    READ_WRITE_DENIED = 3
    OBJECT_UNDEFINED = 4
    OBJECT_CLASS_INCONSISTENT = 9
    OBJECT_UNAVAILABLE = 11
    TYPE_UNMATCHED = 12
    SCOPE_OF_ACCESS_VIOLATED = 13
    DATA_BLOCK_UNAVAILABLE = 14
    LONG_ACTION_ABORTED = 15
    NO_LONG_ACTION_IN_PROGRESS = 16
    OTHER_REASON = 250


class StateFault(IntEnum):
    """state-error of an exception-response."""

    SERVICE_NOT_ALLOWED = 1
    SERVICE_UNKNOWN = 2


class ServiceFault(IntEnum):
    """service-error of an exception-response. Only ``INVOCATION_COUNTER_ERROR`` carries a value, the counter."""

    OPERATION_NOT_POSSIBLE = 1
    SERVICE_NOT_SUPPORTED = 2
    OTHER_REASON = 3
    PDU_TOO_LONG = 4
    DECIPHERING_ERROR = 5
    INVOCATION_COUNTER_ERROR = 6


class ConfirmedService(IntEnum):
    """The service that a confirmed-service-error is about."""

    INITIATE = 1
    READ = 5
    WRITE = 6


class ErrorClass(IntEnum):
    """The ServiceError choice of a confirmed-service-error: what its value means."""

    APPLICATION_REFERENCE = 0
    HARDWARE_RESOURCE = 1
    VDE_STATE_ERROR = 2
    SERVICE = 3
    DEFINITION = 4
    ACCESS = 5
    INITIATE = 6
    LOAD_DATA_SET = 7
    CHANGE_SCOPE = 8
    TASK = 9
    OTHER = 10


class InitiateError(IntEnum):
    """Values of `ErrorClass.INITIATE`."""

    OTHER = 0
    DLMS_VERSION_TOO_LOW = 1
    INCOMPATIBLE_CONFORMANCE = 2
    PDU_SIZE_TOO_SHORT = 3
    REFUSED_BY_THE_VDE_HANDLER = 4


@dataclass(frozen=True, slots=True)
class ConfirmedError:
    """What a confirmed-service-error says. ``value`` is a code of its class (`InitiateError` for ``INITIATE``)."""

    service: ConfirmedService
    error_class: ErrorClass
    value: int

    def __str__(self) -> str:
        return f"{self.service.name}: {self.error_class.name} {self.value}"


# -- associations ----------------------------------------------------------------------------------------------------


class ApplicationContext(IntEnum):
    """Last arc of the application context name 2.16.756.5.8.1.x. The short-name ones are known, not spoken."""

    LOGICAL_NAME = 1
    SHORT_NAME = 2
    LOGICAL_NAME_CIPHERED = 3
    SHORT_NAME_CIPHERED = 4


class Mechanism(IntEnum):
    """Authentication mechanism: last arc of the mechanism name 2.16.756.5.8.2.x."""

    LOWEST = 0
    LLS = 1
    HLS = 2
    HLS_MD5 = 3
    HLS_SHA1 = 4
    HLS_GMAC = 5
    HLS_SHA256 = 6
    HLS_ECDSA = 7

    @property
    def is_high(self) -> bool:
        """Whether the association needs passes 3 and 4 (`reply_to_HLS_authentication`)."""
        return self >= Mechanism.HLS


class AssociationResult(IntEnum):
    """result of an AARE."""

    ACCEPTED = 0
    REJECTED_PERMANENT = 1
    REJECTED_TRANSIENT = 2


class AcseUser(IntEnum):
    """result-source-diagnostic, acse-service-user. Accepted with ``AUTHENTICATION_REQUIRED`` means *pending*."""

    NULL = 0
    NO_REASON_GIVEN = 1
    APPLICATION_CONTEXT_NAME_NOT_SUPPORTED = 2
    CALLING_AP_TITLE_NOT_RECOGNIZED = 3
    CALLING_AP_INVOCATION_ID_NOT_RECOGNIZED = 4
    CALLING_AE_QUALIFIER_NOT_RECOGNIZED = 5
    CALLING_AE_INVOCATION_ID_NOT_RECOGNIZED = 6
    CALLED_AP_TITLE_NOT_RECOGNIZED = 7
    CALLED_AP_INVOCATION_ID_NOT_RECOGNIZED = 8
    CALLED_AE_QUALIFIER_NOT_RECOGNIZED = 9
    CALLED_AE_INVOCATION_ID_NOT_RECOGNIZED = 10
    AUTHENTICATION_MECHANISM_NAME_NOT_RECOGNISED = 11
    AUTHENTICATION_MECHANISM_NAME_REQUIRED = 12
    AUTHENTICATION_FAILURE = 13
    AUTHENTICATION_REQUIRED = 14


class AcseProvider(IntEnum):
    """result-source-diagnostic, acse-service-provider."""

    NULL = 0
    NO_REASON_GIVEN = 1
    NO_COMMON_ACSE_VERSION = 2


AcseDiagnostic = AcseUser | AcseProvider


class ReleaseRequestReason(IntEnum):
    """reason of an RLRQ."""

    NORMAL = 0
    URGENT = 1
    USER_DEFINED = 30


class ReleaseResponseReason(IntEnum):
    """reason of an RLRE."""

    NORMAL = 0
    NOT_FINISHED = 1
    USER_DEFINED = 30


class Conformance(IntFlag):
    """The conformance block as its 24-bit number: bit *n* of the standard is ``1 << (23 - n)``."""

    NONE = 0
    GENERAL_PROTECTION = 1 << 22
    GENERAL_BLOCK_TRANSFER = 1 << 21
    READ = 1 << 20
    WRITE = 1 << 19
    UNCONFIRMED_WRITE = 1 << 18
    DELTA_VALUE_ENCODING = 1 << 17
    ATTRIBUTE_0_SET = 1 << 15
    PRIORITY_MANAGEMENT = 1 << 14
    ATTRIBUTE_0_GET = 1 << 13
    BLOCK_TRANSFER_GET = 1 << 12
    BLOCK_TRANSFER_SET = 1 << 11
    BLOCK_TRANSFER_ACTION = 1 << 10
    MULTIPLE_REFERENCES = 1 << 9
    INFORMATION_REPORT = 1 << 8
    DATA_NOTIFICATION = 1 << 7
    ACCESS = 1 << 6
    PARAMETERIZED_ACCESS = 1 << 5
    GET = 1 << 4
    SET = 1 << 3
    SELECTIVE_ACCESS = 1 << 2
    EVENT_NOTIFICATION = 1 << 1
    ACTION = 1 << 0


# -- security --------------------------------------------------------------------------------------------------------


class Suite(IntEnum):
    """Security suite (IEC 62056-5-3): algorithms of a security context."""

    AES_GCM_128 = 0
    ECDH_ECDSA_AES_GCM_128_SHA_256 = 1
    ECDH_ECDSA_AES_GCM_256_SHA_384 = 2


class Control(IntFlag):
    """Security control byte without its suite id (low four bits, see `SUITE_MASK`)."""

    NONE = 0
    AUTHENTICATED = 0x10
    ENCRYPTED = 0x20
    BROADCAST_KEY = 0x40
    COMPRESSED = 0x80


SUITE_MASK = 0x0F
AUTHENTICATED_ENCRYPTED = 0x30


class PolicyV0(IntEnum):
    """security_policy of class 64 version 0."""

    NONE = 0
    AUTHENTICATED = 1
    ENCRYPTED = 2
    AUTHENTICATED_ENCRYPTED = 3


class Policy(IntFlag):
    """security_policy of class 64 version 1. Policies of version 0 are turned into it by `policy_of_v0`."""

    NONE = 0
    AUTHENTICATED_REQUEST = 0x04
    ENCRYPTED_REQUEST = 0x08
    SIGNED_REQUEST = 0x10
    AUTHENTICATED_RESPONSE = 0x20
    ENCRYPTED_RESPONSE = 0x40
    SIGNED_RESPONSE = 0x80


def policy_of_v0(policy: PolicyV0) -> Policy:
    """The version 1 policy that demands the same as a policy of version 0, for requests and responses."""
    demanded = Policy.NONE
    if policy & PolicyV0.AUTHENTICATED:
        demanded |= Policy.AUTHENTICATED_REQUEST | Policy.AUTHENTICATED_RESPONSE
    if policy & PolicyV0.ENCRYPTED:
        demanded |= Policy.ENCRYPTED_REQUEST | Policy.ENCRYPTED_RESPONSE
    return demanded


class KeyId(IntEnum):
    """key_id of `SecuritySetup.key_transfer` and key_agreement."""

    GLOBAL_UNICAST = 0
    GLOBAL_BROADCAST = 1
    AUTHENTICATION = 2
    MASTER = 3


class AccessMode(IntEnum):
    """Access mode of an attribute in an object list, association versions 0 to 2."""

    NO_ACCESS = 0
    READ = 1
    WRITE = 2
    READ_WRITE = 3
    AUTHENTICATED_READ = 4
    AUTHENTICATED_WRITE = 5
    AUTHENTICATED_READ_WRITE = 6


class AccessMode3(IntFlag):
    """Access mode of an attribute (READ, WRITE) or method (READ means access), association version 3."""

    NO_ACCESS = 0
    READ = 0x01
    WRITE = 0x02
    AUTHENTICATED_REQUEST = 0x04
    ENCRYPTED_REQUEST = 0x08
    SIGNED_REQUEST = 0x10
    AUTHENTICATED_RESPONSE = 0x20
    ENCRYPTED_RESPONSE = 0x40
    SIGNED_RESPONSE = 0x80


class MethodAccessMode(IntEnum):
    """Access mode of a method in an object list, association versions 0 to 2."""

    NO_ACCESS = 0
    ACCESS = 1
    AUTHENTICATED_ACCESS = 2


# -- states of objects -----------------------------------------------------------------------------------------------


class ClockStatus(IntFlag):
    """clock_status of a date-time. 0xFF means *not specified*, not all of them."""

    OK = 0
    INVALID_VALUE = 0x01
    DOUBTFUL_VALUE = 0x02
    DIFFERENT_CLOCK_BASE = 0x04
    INVALID_CLOCK_STATUS = 0x08
    DAYLIGHT_SAVING_ACTIVE = 0x80


class ControlMode(IntEnum):
    """control_mode of a disconnect control (class 70): which transitions exist (facts B4 of the requirements)."""

    ALWAYS_CONNECTED = 0
    MODE_1 = 1
    MODE_2 = 2
    MODE_3 = 3
    MODE_4 = 4
    MODE_5 = 5
    MODE_6 = 6
    MODE_7 = 7
