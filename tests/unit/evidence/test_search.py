"""Secrets are found and masked in whatever form they turn up, wherever they stand; nothing else is touched."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bench.evidence.search import MASK, SecretSearch

KEY = bytes.fromhex("d0 d1 d2 d3 80 81 fe ff 41 42 43 44 00 01 0a 22")
PASSWORD = b"Tr0ub4dor&3/\xc3\xa4"

FORMS = {
    "hexadecimal, lower case": lambda value: value.hex(),
    "hexadecimal, upper case": lambda value: value.hex().upper(),
    "hexadecimal with blanks": lambda value: value.hex(" "),
    "hexadecimal with colons, upper case": lambda value: value.hex(":").upper(),
    "base64": lambda value: base64.b64encode(value).decode(),
    "base64 for URLs": lambda value: base64.urlsafe_b64encode(value).decode(),
    "base64 within more": lambda value: base64.b64encode(b"user:" + value + b"!").decode(),
    "a Python literal": lambda value: repr(value),
    "a list of numbers": lambda value: str(list(value)),
    "bytes taken for Latin-1": lambda value: value.decode("latin-1"),
    "bytes taken for UTF-8": lambda value: value.decode("utf-8", "replace"),
    "reversed, hexadecimal": lambda value: value[::-1].hex() if value.isascii() else value.hex(),
}


def rest(text: str, value: bytes) -> str:
    """What is left of a secret in ``text``: the longest run of its hexadecimal or of itself."""
    shown = [value.hex(), value.hex().upper(), value.decode("latin-1")]
    longest = ""
    for form in shown:
        for at in range(len(form)):
            for end in range(at + len(longest) + 1, len(form) + 1):
                if form[at:end] not in text:
                    break
                longest = form[at:end]
    return longest


@pytest.mark.parametrize("value", [KEY, PASSWORD], ids=["key", "password"])
@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_masked_in_every_form_and_at_every_place(form: str, value: bytes) -> None:
    search = SecretSearch([b"another secret", value])
    shown = FORMS[form](value)
    for lead in range(9):
        text = search.redact(f"{'.' * lead}<{shown}>")
        assert MASK in text
        assert len(rest(text, value)) < 4
        assert text.startswith("." * lead + "<")


@pytest.mark.parametrize("form", FORMS)
def test_in_a_record_too(form: str) -> None:
    record = {"value": [{FORMS[form](KEY): FORMS[form](KEY)}], "what": f"it is {FORMS[form](PASSWORD)}", "n": 7}
    body = json.dumps(record, ensure_ascii=False).encode()
    clean = SecretSearch([KEY, PASSWORD]).redact_json(body)
    assert json.loads(clean)["n"] == 7
    assert MASK in json.loads(clean)["what"]
    assert MASK in next(iter(json.loads(clean)["value"][0]))
    assert len(rest(clean.decode(), KEY)) < 4


def test_a_list_of_octets_is_masked() -> None:
    clean = SecretSearch([KEY]).redact_json(json.dumps({"octets": [9, *KEY, 9], "others": [1, 2]}).encode())
    assert json.loads(clean) == {"octets": MASK, "others": [1, 2]}


def test_names_of_tests_stay_what_they_are() -> None:
    body = json.dumps({"test": "3.4.3 password", "value": "password"}).encode()
    assert json.loads(SecretSearch([b"password"]).redact_json(body)) == {"test": "3.4.3 password", "value": MASK}


def test_what_holds_no_secret_is_the_very_same() -> None:
    search = SecretSearch([KEY, PASSWORD, b"12345678"])
    body, text = b'{"value":"1234 5678","raw":"d0d1d2d3"}', "nothing to see"
    assert search.redact_json(body) is body
    assert search.redact(text) is text
    assert not search.holds(body)


@given(st.binary(min_size=4, max_size=80), st.binary(max_size=60), st.binary(max_size=60))
def test_any_secret_is_found_between_any_bytes(value: bytes, before: bytes, after: bytes) -> None:
    search = SecretSearch([value])
    if b"-----BEGIN" not in value:
        assert search.holds(before + value + after)
        assert search.holds(before + value.hex().encode() + after)


@pytest.mark.parametrize("length", [4, 6, 7, 14, 15, 16, 33])
def test_secrets_of_every_length_are_found_at_every_place(length: int) -> None:
    value = bytes(range(200, 200 + length))
    search = SecretSearch([value])
    assert all(search.holds(bytes(lead) + value) for lead in range(17))
    assert not any(search.holds(bytes(lead) + value[:-1]) for lead in range(17))


def test_what_is_shorter_than_four_bytes_is_not_looked_for() -> None:
    assert SecretSearch([b"abc"]).redact("abc") == "abc"


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)], ids=["EC", "RSA"]
)
def test_of_a_pem_text_the_private_key_is_the_secret(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    numbers = key.private_numbers()
    number = numbers.private_value if isinstance(numbers, ec.EllipticCurvePrivateNumbers) else numbers.d
    search = SecretSearch([(pem + public).encode()])
    for shown in (
        pem,
        der.hex(),
        base64.b64encode(der).decode(),
        f"{number:0{key.key_size // 4}x}",
        pem.splitlines()[2],
    ):
        assert MASK in search.redact(shown)
    assert search.redact(public) == public


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer mF_9.B5f-4.1JqM4567890", f"Authorization: Bearer {MASK}"),
        ('{"access_token": "2YotnFZFEjr1zCsicMWpAA"}', f'{{"access_token": "{MASK}"}}'),
        ("x\n-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\ny", f"x\n{MASK}\ny"),
        (f"CLIENT_RANDOM {'1f' * 32} {'2e' * 48}\n", f"{MASK}\n"),
        (f"CLIENT_TRAFFIC_SECRET_0 {'1f' * 32} {'2e' * 32}", MASK),
        ("a bearer of bad news, Bearer ZEBRA", "a bearer of bad news, Bearer ZEBRA"),
    ],
)
def test_credentials_that_nobody_knew_are_masked_by_what_stands_before_them(text: str, clean: str) -> None:
    """The tokens are the examples of RFC 6750, 2.1, and RFC 6749, 4.1.4, the first one made longer."""
    search = SecretSearch()
    assert search.redact(text) == clean
    assert search.holds(text.encode()) == (text != clean)


def test_a_token_in_a_message_shown_in_hexadecimal_is_found() -> None:
    message = b"GET / HTTP/1.1\r\nauthorization: Bearer mF_9.B5f-4.1JqM4567890\r\n"
    assert SecretSearch().holds(message.hex().encode())


def test_secrets_learnt_later_are_found_from_then_on() -> None:
    search = SecretSearch()
    assert not search.holds(KEY)
    search.add(KEY)
    assert search.holds(KEY)


def test_of_secrets_that_only_a_device_uses_the_forms_of_devices_are_found() -> None:
    search = SecretSearch()
    search.add(KEY, thoroughly=False)
    assert search.redact(f"{KEY.hex()} {KEY.hex(' ')}") == f"{MASK} {KEY.hex(' ')}"
    search.add(KEY)
    assert search.redact(KEY.hex(" ")) == MASK


def test_these_tests_would_see_a_secret_that_is_left_in() -> None:
    assert len(rest(f"<{KEY.hex()}>", KEY)) == 32
    assert rest(f"<{MASK}>", KEY) == ""
