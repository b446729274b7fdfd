"""What one end of a security context holds: suite, system titles, keys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

from drivers.dlms.enums import AUTHENTICATED_ENCRYPTED, Control, Suite
from drivers.dlms.errors import MissingKeyError
from drivers.dlms.security.gcm import Gcm
from drivers.dlms.security.suites import PARAMETERS, SuiteParameters

# A plain number: the operators of IntFlag cost more than the ciphering of a short message.
_BROADCAST_KEY = int(Control.BROADCAST_KEY)


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where the standard's text, as far as it can be read, and implementations differ. Both ends need the same.

    ``header_authenticated``: general-ciphering authenticates its header fields too, as the Green Book excerpt
    (9.2.7.2.4.8, figure 32) says; the interop peers do not. ``content_length_signed``: general-signing signs the
    content with its length; the interop peers do not. No published vector decides either: `unverified`.
    """

    header_authenticated: bool = True
    content_length_signed: bool = True


@dataclass(frozen=True, kw_only=True)
class SecurityMaterial:
    """Keys and names as one end sees them: ``own_title`` names this end, ``peer_title`` the other (8 bytes each).

    Nothing is checked against the suite: probes use wrong keys and titles on purpose. Ciphers are set up on first use
    and kept, so a changed copy (`dataclasses.replace`) starts anew. Keys do not show in ``repr``.
    """

    suite: Suite = Suite.AES_GCM_128
    dialect: Dialect = Dialect()
    own_title: bytes = b""
    peer_title: bytes = b""
    global_unicast_key: bytes | None = field(default=None, repr=False)
    global_broadcast_key: bytes | None = field(default=None, repr=False)
    authentication_key: bytes | None = field(default=None, repr=False)
    dedicated_key: bytes | None = field(default=None, repr=False)
    master_key: bytes | None = field(default=None, repr=False)
    own_signing_key: EllipticCurvePrivateKey | None = field(default=None, repr=False)
    peer_signing_key: EllipticCurvePublicKey | None = field(default=None, repr=False)
    own_agreement_key: EllipticCurvePrivateKey | None = field(default=None, repr=False)
    peer_agreement_key: EllipticCurvePublicKey | None = field(default=None, repr=False)

    def for_peer(self) -> Self:
        """The same symmetric keys as the other end sees them: titles swapped, keys of the key pairs left out."""
        return replace(
            self,
            own_title=self.peer_title,
            peer_title=self.own_title,
            own_signing_key=None,
            peer_signing_key=None,
            own_agreement_key=None,
            peer_agreement_key=None,
        )

    def control(self, flags: int = AUTHENTICATED_ENCRYPTED) -> int:
        """Security control byte with these `Control` flags in this suite."""
        return int(flags) | self.suite

    @property
    def parameters(self) -> SuiteParameters:
        """What the suite uses."""
        return PARAMETERS[self.suite]

    @cached_property
    def global_gcm(self) -> Gcm:
        """Cipher under the global unicast key. Raises MissingKeyError; so do the others."""
        return _gcm(self.global_unicast_key, "global unicast key")

    @cached_property
    def broadcast_gcm(self) -> Gcm:
        """Cipher under the global broadcast key."""
        return _gcm(self.global_broadcast_key, "global broadcast key")

    @cached_property
    def dedicated_gcm(self) -> Gcm:
        """Cipher under the dedicated key."""
        return _gcm(self.dedicated_key, "dedicated key")

    def gcm_for(self, control: int, *, dedicated: bool = False) -> Gcm:
        """The cipher that a security control byte asks for."""
        if dedicated:
            return self.dedicated_gcm
        return self.broadcast_gcm if control & _BROADCAST_KEY else self.global_gcm

    def additional(self, control: int) -> bytes:
        """Additional authenticated data of a message: security control byte and authentication key.

        Raises MissingKeyError.
        """
        known = self._additional.get(control)
        if known is None:
            known = self._additional[control] = bytes((control,)) + self.require("authentication_key")
        return known

    @cached_property
    def _additional(self) -> dict[int, bytes]:
        return {}

    def require(self, name: str) -> bytes:
        """The symmetric key in field ``name``. Raises MissingKeyError."""
        key: bytes | None = getattr(self, name)
        if key is None:
            raise MissingKeyError(name.replace("_", " "))
        return key


def _gcm(key: bytes | None, name: str) -> Gcm:
    if key is None:
        raise MissingKeyError(name)
    return Gcm(key)
