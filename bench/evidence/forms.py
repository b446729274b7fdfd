"""The forms in which a secret turns up in what was seen, printed or recorded.

`forms_of` gives the forms of a byte string that a device or a wire may show: as it is, reversed, with the bytes of its
16-bit words swapped, as hexadecimal text, in base64 at any alignment.

>>> forms_of(bytes.fromhex("0f0e0d0c"))["hexadecimal, upper case"]
b'0F0E0D0C'

`secret_forms` adds those that programs give it on the way into a text, and takes a PEM text apart: of a credential the
private key is the secret, not its certificates.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

SHORTEST = 4
"""A form of fewer bytes is not looked for: it turns up by chance."""

_PEM = re.compile(rb"-----BEGIN ([A-Z ]*)-----(.*?)-----END \1-----", re.DOTALL)
_SHORTEST_PEM_LINE = 32
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def forms_of(value: bytes) -> Mapping[str, bytes]:
    """The forms of a byte string on a wire or in a memory, by their names."""
    forms = {
        "as it is": value,
        "reversed": value[::-1],
        "words reversed": _swapped_words(value),
        "hexadecimal, lower case": value.hex().encode(),
        "hexadecimal, upper case": value.hex().upper().encode(),
        **{f"base64 at {offset}": _base64(value, offset) for offset in range(3)},
    }
    return {name: form for name, form in forms.items() if len(form) >= SHORTEST}


def secret_forms(value: bytes, *, as_text: bool = True) -> frozenset[bytes]:
    """The forms of a secret that are looked for; none when it is shorter than `SHORTEST` or holds no private key.

    ``as_text``: also those that programs make of it on the way into a text.
    """
    if b"-----BEGIN" in value:
        return frozenset(form for part in _key_parts(value, as_text=as_text) for form in part)
    return _forms(value, as_text=as_text) if len(value) >= SHORTEST else frozenset()


def _forms(value: bytes, *, as_text: bool) -> frozenset[bytes]:
    return frozenset({*forms_of(value).values(), *(_text_forms(value) if as_text else ())})


def _text_forms(value: bytes) -> Iterator[bytes]:
    """What programs make of bytes that they print, log or send in a form or as JSON."""
    for spaced in (value.hex(" "), value.hex(":"), value.hex("-")):
        yield spaced.encode()
        yield spaced.upper().encode()
    yield base64.b64encode(value)
    yield base64.urlsafe_b64encode(value)
    for offset in range(3):
        yield _base64(value, offset).translate(_URL_SAFE)
    yield repr(value)[2:-1].encode()
    yield repr(value)[2:-1].replace("\\", "\\\\").encode()
    yield ", ".join(str(byte) for byte in value).encode()
    yield ",".join(str(byte) for byte in value).encode()
    yield quote(value, safe="").encode()
    for text in (value.decode("utf-8", "replace"), value.decode("ascii", "replace"), value.decode("latin-1")):
        if text.strip("\ufffd"):
            yield text.encode()
            yield json.dumps(text, ensure_ascii=False)[1:-1].encode()
            yield json.dumps(text)[1:-1].encode()


def _key_parts(pem: bytes, *, as_text: bool) -> Iterator[Iterable[bytes]]:
    """Of every private key in a PEM text: the lines, the DER in all forms, and its secret numbers in all forms."""
    for match in _PEM.finditer(pem):
        if not match.group(1).endswith(b"PRIVATE KEY"):
            continue
        lines = match.group(2).split()
        yield [line for line in lines if len(line) >= _SHORTEST_PEM_LINE]
        try:
            der = base64.b64decode(b"".join(lines))
        except ValueError:
            continue
        yield _forms(der, as_text=as_text)
        for number in _secret_numbers(der):
            yield _forms(number, as_text=as_text)


def _secret_numbers(der: bytes) -> tuple[bytes, ...]:
    """The numbers of a key that are secret; none when it is encrypted or of another kind."""
    try:
        key = load_der_private_key(der, None)
    except (TypeError, ValueError):
        return ()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return (key.private_numbers().private_value.to_bytes((key.key_size + 7) // 8, "big"),)
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        return tuple(n.to_bytes((n.bit_length() + 7) // 8, "big") for n in (numbers.d, numbers.p, numbers.q))
    return ()


def _swapped_words(value: bytes) -> bytes:
    return b"".join(value[at : at + 2][::-1] for at in range(0, len(value), 2))


def _base64(value: bytes, offset: int) -> bytes:
    """The characters that ``value`` alone decides when it stands ``offset`` bytes into a group of three."""
    encoded = base64.b64encode(bytes(offset) + value)
    first = -(-offset * 8 // 6)
    return encoded[first : (offset + len(value)) * 8 // 6]
