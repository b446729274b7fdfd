"""TLS of OCPP's security profiles 2 and 3: version 1.2 or later, the suites that the profiles list, host names checked.

Suites by OpenSSL's names (OCA, Improved security for OCPP 1.6-J ed. 2, A00.FR.316; those without forward secrecy are
not offered). A charging station's certificate has its identity as common name and is asked for in profile 3.
"""

from __future__ import annotations

import ssl
import warnings
from functools import lru_cache

from drivers.cim.credentials import Credential, TlsOptions, load_own_certificate

SUITES = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"
)

CLIENT_TLS = TlsOptions(ciphers=SUITES)
"""How a charging station offers TLS."""


def new_server_context(
    credential: Credential,
    *,
    ask: bool,
    minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    maximum: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED,
    ciphers: str = SUITES,
) -> ssl.SSLContext:
    """How the CSMS of ``credential`` meets stations; ``ask``: it demands their certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        # An attack offers old versions on purpose.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = minimum, maximum
    context.set_ciphers(ciphers)
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION
    load_own_certificate(context, credential)
    context.load_verify_locations(cadata=credential.trust_pem)
    context.verify_mode = ssl.CERT_REQUIRED if ask else ssl.CERT_NONE
    return context


server_context = lru_cache(maxsize=32)(new_server_context)
"""The same, made once for the same arguments."""
