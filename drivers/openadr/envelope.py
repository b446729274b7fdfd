"""Messages as they travel: the payload, and the XML signature of high security.

The signature is a detached one beside the signed object, of two references: the object, and a property with the time
of signing and a nonce (``ReplayProtect``). Canonical XML 1.0, SHA-256, ECDSA or RSA, as openleadr writes it. Only this
form is taken: a signature over anything else protects nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from drivers.cim.credentials import Credential
from drivers.openadr import events, opts, registration, reports
from drivers.openadr.codec import SIGNED_OBJECT, TIME, Message, clark, from_tree, parse, to_tree
from drivers.openadr.errors import OadrDecodeError, ReplayError, SignatureError
from drivers.openadr.identity import fingerprint_of
from drivers.openadr.vocabulary import NAMESPACES

MESSAGES: dict[str, type[Message]] = {
    clark(held.element): held
    for module in (events, opts, registration, reports)
    for held in vars(module).values()
    if isinstance(held, type) and issubclass(held, Message) and held.element
}
"""Every message, by the name of its element."""
FRESH_S = 5.0
"""How old a signature may be, as openleadr has it; a time to come by more is refused as well."""
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
_RSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_PROPERTIES = "prop"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Proof:
    """What a right signature proves: who signed (certificate in DER), and when, once (``nonce``)."""

    certificate: bytes
    at: float
    nonce: str

    @property
    def fingerprint(self) -> str:
        """The signer's fingerprint."""
        return fingerprint_of(self.certificate)


@dataclass(frozen=True)
class Opened:
    """A payload that was opened. ``proof`` is None where it bears no signature."""

    message: Message
    proof: Proof | None


def seal(
    message: Message,
    credential: Credential | None = None,
    *,
    at: float = 0.0,
    nonce: str = "",
    written: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """The payload of ``message``, signed by ``credential`` at the time ``at`` where one is given.

    ``written`` may change the XML of the signed object before it is signed, past what messages can say; it has to stay
    XML.
    """
    from lxml import etree

    signed = to_tree(message)
    if written is not None:
        signed = etree.fromstring(written(bytes(etree.tostring(signed))))
    payload = etree.Element(clark("oadr:oadrPayload"), nsmap={"oadr": NAMESPACES["oadr"]})
    if credential is not None:
        payload.append(_signature(signed, credential, at, nonce))
    payload.append(signed)
    return _DECLARATION + bytes(etree.tostring(payload))


def unseal(data: bytes) -> Opened:
    """The message in a payload. Raises OadrDecodeError, SignatureError where a signature does not fit."""
    tree = parse(data)
    message = from_tree(tree, MESSAGES)
    signature = tree.find(clark("ds:Signature"))
    return Opened(message, None if signature is None else _verified(tree, signature))


def unprotected(data: bytes) -> Message:
    """The message in a payload, whatever its signature says. Raises OadrDecodeError."""
    return from_tree(parse(data), MESSAGES)


class ReplayGuard:
    """Takes each proof once, and only while it is fresh. ``window_s``: how old it may be."""

    def __init__(self, window_s: float = FRESH_S) -> None:
        self.window_s = window_s
        self._seen: OrderedDict[tuple[str, str], float] = OrderedDict()

    def check(self, proof: Proof, now: float) -> None:
        """Raises ReplayError."""
        if abs(now - proof.at) > self.window_s:
            raise ReplayError("the message was signed too long ago, or will be")
        while self._seen and next(iter(self._seen.values())) < now - 2.0 * self.window_s:
            self._seen.popitem(last=False)
        key = (proof.fingerprint, proof.nonce)
        if key in self._seen:
            raise ReplayError("the message was seen before")
        self._seen[key] = now


# -- signing -----------------------------------------------------------------------------------------------------------


def _signature(signed: Any, credential: Credential, at: float, nonce: str) -> Any:
    from lxml import etree

    root = etree.Element(clark("ds:Signature"), nsmap={"ds": NAMESPACES["ds"], "oadr": NAMESPACES["oadr"]})
    info = _below(root, "ds:SignedInfo")
    _below(info, "ds:CanonicalizationMethod", Algorithm=_C14N)
    _below(info, "ds:SignatureMethod", Algorithm=_ECDSA)
    number = _below(root, "ds:SignatureValue")
    holder = _below(root, "ds:KeyInfo/ds:X509Data/ds:X509Certificate")
    holder.text = base64.b64encode(credential.certificate.public_bytes(Encoding.DER)).decode("ascii")
    container = _below(root, "ds:Object", Id=_PROPERTIES)
    prop = _below(container, "ds:SignatureProperties/ds:SignatureProperty", Target=f"#{SIGNED_OBJECT}")
    protect = etree.SubElement(prop, clark("dsp:ReplayProtect"), nsmap={"dsp": NAMESPACES["dsp"]})
    _below(protect, "dsp:timestamp").text = TIME.write(at)
    _below(protect, "dsp:nonce").text = nonce
    _refer(info, SIGNED_OBJECT, signed)
    _refer(info, _PROPERTIES, container)
    number.text = base64.b64encode(_sign(credential, _canonical(info))).decode("ascii")
    return root


def _below(node: Any, path: str, **attributes: str) -> Any:
    from lxml import etree

    for step in path.split("/"):
        node = etree.SubElement(node, clark(step))
    for name, text in attributes.items():
        node.set(name, text)
    return node


def _refer(info: Any, identifier: str, node: Any) -> None:
    reference = _below(info, "ds:Reference", URI=f"#{identifier}")
    _below(reference, "ds:Transforms/ds:Transform", Algorithm=_C14N)
    _below(reference, "ds:DigestMethod", Algorithm=_SHA256)
    _below(reference, "ds:DigestValue").text = _digest(node)


def _canonical(node: Any) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(node, method="c14n", with_comments=False, with_tail=False))


def _digest(node: Any) -> str:
    return base64.b64encode(hashlib.sha256(_canonical(node)).digest()).decode("ascii")


def _sign(credential: Credential, data: bytes) -> bytes:
    size = (credential.key.curve.key_size + 7) // 8
    r, s = decode_dss_signature(credential.key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


# -- verifying ---------------------------------------------------------------------------------------------------------


def _verified(tree: Any, signature: Any) -> Proof:
    info = signature.find(clark("ds:SignedInfo"))
    container = signature.find(clark("ds:Object"))
    signed = tree.find(clark(f"oadr:{SIGNED_OBJECT}"))
    if info is None or container is None:
        raise SignatureError("the signature is not of the expected form")
    wanted = {f"#{signed.get(clark('oadr:Id')) or signed.get('Id')}": signed, f"#{container.get('Id')}": container}
    references = info.findall(clark("ds:Reference"))
    if len(wanted) != 2 or {reference.get("URI") for reference in references} != set(wanted) or len(references) != 2:
        raise SignatureError("the signature covers something else than the message and its replay protection")
    for reference in references:
        _check_digest(reference, wanted[reference.get("URI")])
    certificate = _bytes_at(signature, "ds:KeyInfo/ds:X509Data/ds:X509Certificate")
    _check_signature(info, certificate, _bytes_at(signature, "ds:SignatureValue"))
    protect = container.find(f".//{clark('dsp:ReplayProtect')}")
    if protect is None:
        raise SignatureError("the signature has no replay protection")
    at, nonce = protect.findtext(clark("dsp:timestamp")), protect.findtext(clark("dsp:nonce"))
    try:
        return Proof(certificate, TIME.read((at or "").strip()), nonce or "")
    except ValueError as error:
        raise SignatureError("the time of signing cannot be read") from error


def _check_digest(reference: Any, node: Any) -> None:
    transforms = [one.get("Algorithm") for one in reference.iter(clark("ds:Transform"))]
    method = reference.find(clark("ds:DigestMethod"))
    if transforms != [_C14N] or method is None or method.get("Algorithm") != _SHA256:
        raise SignatureError("a digest is of a kind that is not expected")
    if "".join((reference.findtext(clark("ds:DigestValue")) or "").split()) != _digest(node):
        raise SignatureError("the message is not the one that was signed")


def _check_signature(info: Any, certificate: bytes, signature: bytes) -> None:
    method = info.find(clark("ds:SignatureMethod")).get("Algorithm")
    canonicalization = info.find(clark("ds:CanonicalizationMethod")).get("Algorithm")
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except ValueError as error:
        raise SignatureError("the signer's certificate cannot be read") from error
    try:
        if canonicalization == _C14N and method == _ECDSA and isinstance(key, ec.EllipticCurvePublicKey):
            half = len(signature) // 2
            pair = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
            key.verify(encode_dss_signature(*pair), _canonical(info), ec.ECDSA(hashes.SHA256()))
            return
        if canonicalization == _C14N and method == _RSA and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, _canonical(info), padding.PKCS1v15(), hashes.SHA256())
            return
    except InvalidSignature as error:
        raise SignatureError("the signature is wrong") from error
    raise SignatureError("the signature is of a kind that is not expected")


def _bytes_at(node: Any, path: str) -> bytes:
    text = node.findtext("/".join(clark(step) for step in path.split("/"))) or ""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise OadrDecodeError(f"{path}: no base 64") from error
