"""TLS of OpenADR 2.0b: both sides with a certificate; whose it is says the fingerprint, not a host name.

The suites are the elliptic-curve one that the profile names and its successor with authenticated encryption
(`unverified`).
"""

from __future__ import annotations

import ssl

from drivers.cim.credentials import Credential, TlsOptions
from drivers.sep2.tls import server_context as _server_context

SUITES = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256"
CLIENT_TLS = TlsOptions(
    minimum=ssl.TLSVersion.TLSv1_2, maximum=ssl.TLSVersion.TLSv1_2, ciphers=SUITES, check_name=False
)
"""How a VEN offers TLS."""


def server_context(credential: Credential, *, ask: bool = True, ciphers: str = SUITES) -> ssl.SSLContext:
    """How the VTN of ``credential`` meets its VENs; ``ask``: it demands certificates."""
    return _server_context(credential, ask=ask, ciphers=ciphers)
