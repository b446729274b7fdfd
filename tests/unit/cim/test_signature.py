"""Detached signatures."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from drivers.cim.credentials import Credential
from drivers.cim.signature import (
    BadSignatureError,
    Protected,
    certificate_text,
    decode_base64url,
    encode_base64url,
    read_protected,
    sign,
    verify,
    verify_es256,
)
from fixtures.office.pki import Authority

BODY = b'{"Header": {"Nonce": "n-1"}}'


@pytest.fixture(scope="module")
def signer() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, Authority.create("Test").certify("cis", key.public_key())


def protected_of(certificate: x509.Certificate) -> Protected:
    return Protected(aud="headend", htm="POST", htu="/cim", iat=1.5, nonce="n-1", x5c=(certificate_text(certificate),))


def test_es256_agrees_with_the_example_of_rfc_7515_appendix_a3() -> None:
    head = "eyJhbGciOiJFUzI1NiJ9"
    payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    x = decode_base64url("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")
    y = decode_base64url("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1())
    key = numbers.public_key()
    raw = decode_base64url(signature)
    verify_es256(key, f"{head}.{payload}".encode(), raw)
    with pytest.raises(BadSignatureError):
        verify_es256(key, f"{head}.{payload}x".encode(), raw)


def test_what_was_signed_verifies_and_tells_what_it_is_bound_to(
    signer: tuple[ec.EllipticCurvePrivateKey, x509.Certificate],
) -> None:
    key, certificate = signer
    protected = verify(certificate, sign(key, protected_of(certificate), BODY), BODY)
    assert (protected.aud, protected.htm, protected.htu, protected.nonce) == ("headend", "POST", "/cim", "n-1")
    assert protected.certificate() == certificate


def test_every_altered_bit_of_the_body_is_noticed(
    signer: tuple[ec.EllipticCurvePrivateKey, x509.Certificate],
) -> None:
    key, certificate = signer
    signature = sign(key, protected_of(certificate), BODY)
    for index in range(len(BODY)):
        altered = BODY[:index] + bytes([BODY[index] ^ 1]) + BODY[index + 1 :]
        with pytest.raises(BadSignatureError):
            verify(certificate, signature, altered)


def test_an_altered_header_or_signature_is_noticed(
    signer: tuple[ec.EllipticCurvePrivateKey, x509.Certificate],
) -> None:
    key, certificate = signer
    signature = sign(key, protected_of(certificate), BODY)
    head, _, tail = signature.split(".")
    raw = decode_base64url(tail)
    other_head = encode_base64url(decode_base64url(head).replace(b"headend", b"billing"))
    for altered in (
        f"{other_head}..{tail}",
        f"{head}..{encode_base64url(bytes([raw[0] ^ 1]) + raw[1:])}",
        f"{head}..{encode_base64url(raw[:-1])}",
        f"{head}.x.{tail}",
        f"{head}.{tail}",
        "",
        f"{head}..{tail}=",
    ):
        with pytest.raises(BadSignatureError):
            verify(certificate, altered, BODY)


@pytest.mark.parametrize(
    "changed",
    [{"alg": "none"}, {"alg": "HS256"}, {"b64": True}, {"crit": ()}],
)
def test_other_algorithms_are_refused_before_any_key_is_used(
    changed: dict[str, object], signer: tuple[ec.EllipticCurvePrivateKey, x509.Certificate]
) -> None:
    import msgspec

    key, certificate = signer
    protected = msgspec.structs.replace(protected_of(certificate), **changed)
    with pytest.raises(BadSignatureError):
        read_protected(sign(key, protected, BODY))


def test_a_credential_goes_through_one_pem_text() -> None:
    authority = Authority.create("Test")
    key = ec.generate_private_key(ec.SECP256R1())
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    text = (
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        + authority.certify("cis", key.public_key()).public_bytes(Encoding.PEM).decode()
        + authority.pem
    )
    credential = Credential.from_pem(text)
    assert credential.name == "cis"
    assert credential.to_pem() == text
    assert "PRIVATE" not in repr(credential)
    assert credential.without_key().name == ""
