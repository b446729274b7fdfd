"""Who a client claims to be, and how it speaks: all that an attack may want to change, in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from drivers.dlms.enums import ApplicationContext, Conformance, Control, Mechanism
from drivers.dlms.security import Protection, SecurityMaterial

USUAL_CONFORMANCE = (
    Conformance.BLOCK_TRANSFER_GET
    | Conformance.BLOCK_TRANSFER_SET
    | Conformance.BLOCK_TRANSFER_ACTION
    | Conformance.MULTIPLE_REFERENCES
    | Conformance.GET
    | Conformance.SET
    | Conformance.SELECTIVE_ACCESS
    | Conformance.ACTION
)

PROTECTION_FLAGS = int(Control.AUTHENTICATED | Control.ENCRYPTED)


class KeyChoice(Enum):
    """Content key of general-ciphering."""

    IDENTIFIED = "identified"
    WRAPPED = "wrapped"
    ONE_PASS = "one pass"
    STATIC = "static unified"


@dataclass(frozen=True, kw_only=True)
class ClientIdentity:
    """A client of a meter. Change copies with `dataclasses.replace`; the client's SAP is its link's.

    ``context``: a ciphered one makes the client protect its requests as ``control`` and ``kind`` say and demand the
    same of the answers. ``control`` is the whole security control byte, None for authenticated and encrypted in the
    material's suite. ``demanded`` are the `Control` flags that answers must have, None for those of ``control``.
    ``kind`` DEDICATED and GENERAL_DEDICATED propose a dedicated key: the material's, else a fresh one an association.
    ``signed`` puts general-signing around all requests and demands it of answers. ``certificate`` travels in the AARQ.
    ``pre_established``: there is an association without an AARQ. ``block_window``: blocks that this client takes
    in a row in general block transfer. ``response_timeout_s``: station time from a request to its answer.
    """

    mechanism: Mechanism = Mechanism.LOWEST
    secret: bytes = field(default=b"", repr=False)
    security: SecurityMaterial | None = None
    context: ApplicationContext = ApplicationContext.LOGICAL_NAME
    control: int | None = None
    demanded: int | None = None
    kind: Protection = Protection.GLOBAL
    key_choice: KeyChoice = KeyChoice.IDENTIFIED
    signed: bool = False
    check_counters: bool = True
    conformance: Conformance = USUAL_CONFORMANCE
    max_pdu_size: int = 0xFFFF
    user_id: int | None = None
    certificate: bytes | None = None
    high_priority: bool = True
    pre_established: bool = False
    block_window: int = 1
    response_timeout_s: float = 10.0

    @property
    def ciphered(self) -> bool:
        """Whether the application context is a ciphered one."""
        return self.context in (ApplicationContext.LOGICAL_NAME_CIPHERED, ApplicationContext.SHORT_NAME_CIPHERED)

    @property
    def dedicated(self) -> bool:
        """Whether requests of the association go under a dedicated key."""
        return self.kind in (Protection.DEDICATED, Protection.GENERAL_DEDICATED)

    @cached_property
    def control_byte(self) -> int:
        """The security control byte of requests."""
        if self.control is not None:
            return self.control
        return self.security.control() if self.security is not None else PROTECTION_FLAGS

    @cached_property
    def demanded_flags(self) -> int:
        """`Control` flags that answers must have."""
        return (self.control_byte if self.demanded is None else self.demanded) & PROTECTION_FLAGS


PUBLIC_CLIENT = ClientIdentity(
    conformance=Conformance.BLOCK_TRANSFER_GET | Conformance.GET | Conformance.SELECTIVE_ACCESS
)
"""The public client: lowest security, read only. Its SAP is 16."""
