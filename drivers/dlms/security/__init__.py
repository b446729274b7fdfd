"""Security of DLMS/COSEM (IEC 62056-5-3): ciphering, signing, key wrap, key agreement, HLS, invocation counters."""

from __future__ import annotations

from drivers.dlms.security.agreement import Offer, agree, decode_offers, encode_offers, make_offer, open_offer
from drivers.dlms.security.counters import CounterKey, InvocationCounters
from drivers.dlms.security.ecdsa import private_key, public_bytes, public_key, sign, verify
from drivers.dlms.security.gcm import TAG_SIZE, Gcm
from drivers.dlms.security.hls import check_response, new_challenge, respond
from drivers.dlms.security.keyinfo import one_pass_agreed_key, static_agreed_key, wrapped_key
from drivers.dlms.security.keywrap import decode_key_transfer, encode_key_transfer, unwrap_key, wrap_key
from drivers.dlms.security.material import Dialect, SecurityMaterial
from drivers.dlms.security.protection import Opened, Protection, protect, protect_general, unprotect
from drivers.dlms.security.signing import sign_general, verify_general
from drivers.dlms.security.suites import PARAMETERS, SuiteParameters

__all__ = [
    "PARAMETERS",
    "TAG_SIZE",
    "CounterKey",
    "Dialect",
    "Gcm",
    "InvocationCounters",
    "Offer",
    "Opened",
    "Protection",
    "SecurityMaterial",
    "SuiteParameters",
    "agree",
    "check_response",
    "decode_key_transfer",
    "decode_offers",
    "encode_key_transfer",
    "encode_offers",
    "make_offer",
    "new_challenge",
    "one_pass_agreed_key",
    "open_offer",
    "private_key",
    "protect",
    "protect_general",
    "public_bytes",
    "public_key",
    "respond",
    "sign",
    "sign_general",
    "static_agreed_key",
    "unprotect",
    "unwrap_key",
    "verify",
    "verify_general",
    "wrap_key",
    "wrapped_key",
]
