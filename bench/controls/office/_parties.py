"""The parties in whose place the bench can come to an office system, with good credentials and with bad ones."""

from __future__ import annotations

from collections.abc import Mapping

from bench.access.office import TRUST, OfficeAccess
from drivers.cim.credentials import Credential

NO_CREDENTIAL = "no certificate"
BAD_VARIANTS = {
    "expired": "an expired certificate",
    "untrusted": "a certificate of another authority",
    "revoked": "a revoked certificate",
}
"""Suffixes of credential names in a device file (``mdms.expired``), in words."""
WRONG_NAME = "wrong_name"

OPERATOR, AUDITOR, STRANGER = "operator", "auditor", "stranger"


def claimed_parties(access: OfficeAccess) -> tuple[str, ...]:
    """The parties with a certificate that the device file gives rights and a credential, in the table's order."""
    return tuple(role for role in access.rights.roles if access.has_secret(role) and is_certificate(access, role))


def is_certificate(access: OfficeAccess, name: str) -> bool:
    """Whether the secret of that name is a key with a certificate, not a password."""
    return b"-----BEGIN" in access.station.secret(access.seat, name)


def peers_of(access: OfficeAccess) -> tuple[str, ...]:
    """The parties for which the device file names bad credentials too."""
    return tuple(party for party in claimed_parties(access) if access.has_secret(f"{party}.expired"))


def bad_credentials(access: OfficeAccess, party: str) -> Mapping[str, Credential]:
    """Credentials that must not be taken for ``party``'s, in words: none at all, and what the device file names."""
    found = {NO_CREDENTIAL: access.credential(TRUST)}
    for variant, words in BAD_VARIANTS.items():
        if access.has_secret(f"{party}.{variant}"):
            found[words] = access.credential(f"{party}.{variant}")
    if access.has_secret(WRONG_NAME):
        found["a certificate for a name that is not the utility's"] = access.credential(WRONG_NAME)
    return found
