"""TLS of IEEE 2030.5: version 1.2, ECDHE-ECDSA-AES128-CCM8, both sides with a device certificate.

A device certificate names no host, so a client checks the chain here, and the server's LFDI itself
(`drivers.sep2.client`).
"""

from __future__ import annotations

import dataclasses
import ssl
from functools import lru_cache

from drivers.cim.credentials import Credential, TlsOptions, load_own_certificate

CIPHER = "ECDHE-ECDSA-AES128-CCM8"
"""The mandatory suite (EPRI's ``cipher_suite.md``), by OpenSSL's name."""
_SUITES = f"{CIPHER}:@SECLEVEL=0"  # OpenSSL counts its tag of 8 octets as 64 bits of strength

CLIENT_TLS = TlsOptions(
    minimum=ssl.TLSVersion.TLSv1_2, maximum=ssl.TLSVersion.TLSv1_2, ciphers=_SUITES, check_name=False
)
"""How a client offers TLS."""


OLD_SUITES = f"{CIPHER}:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"
"""The mandatory suite, and one of TLS 1.0 and 1.1 for the same certificates."""
OLD_TLS = dataclasses.replace(
    CLIENT_TLS, minimum=ssl.TLSVersion.TLSv1_1, maximum=ssl.TLSVersion.TLSv1_1, ciphers=OLD_SUITES
)
"""How who has no TLS 1.2 offers it: only an attack does."""


@lru_cache(maxsize=32)
def server_context(
    credential: Credential,
    *,
    ask: bool = True,
    ciphers: str = _SUITES,
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
) -> ssl.SSLContext:
    """How the server of ``credential`` meets its clients, the same one each time; ``ask``: it demands certificates.

    Other versions than 1.2 (``oldest``, ``newest``) are for attacks and defects.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version, context.maximum_version = oldest, newest
    context.set_ciphers(ciphers)
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION
    load_own_certificate(context, credential)
    context.load_verify_locations(cadata=credential.trust_pem)
    context.verify_mode = ssl.CERT_REQUIRED if ask else ssl.CERT_OPTIONAL
    return context
