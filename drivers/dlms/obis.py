"""Logical names: OBIS codes (IEC 62056-6-1), six bytes A-B:C.D.E*F."""

from __future__ import annotations

import re
from functools import lru_cache

_DOTTED = re.compile(r"(\d+)[.-](\d+)[.:](\d+)\.(\d+)\.(\d+)(?:[.*](\d+))?")


class Obis(bytes):
    """A logical name. It *is* its six bytes, so that it encodes, compares and hashes as they do.

    Made from six bytes or from text: ``Obis("1.0.1.8.0.255")``, ``Obis("1-0:1.8.0*255")``; without F, F is 255.
    Raises ValueError for anything else.

    >>> Obis("1-0:1.8.0")
    Obis('1.0.1.8.0.255')
    >>> bytes(Obis("0.0.43.0.0.255")).hex()
    '00002b0000ff'
    """

    __slots__ = ()

    def __new__(cls, value: bytes | str) -> Obis:
        if isinstance(value, str):
            value = _parse(value)
        elif len(value) != 6:
            raise ValueError(f"a logical name has 6 bytes, not {len(value)}")
        return super().__new__(cls, value)

    def __str__(self) -> str:
        return ".".join(map(str, self))

    def __repr__(self) -> str:
        return f"Obis('{self}')"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def with_group(self, **groups: int) -> Obis:
        """The same name with some value groups replaced: ``name.with_group(e=2)``. Groups are ``a`` to ``f``."""
        parts = bytearray(self)
        for group, number in groups.items():
            parts["abcdef".index(group)] = number
        return Obis(bytes(parts))


@lru_cache(maxsize=1024)
def _parse(text: str) -> bytes:
    match = _DOTTED.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an OBIS code")
    numbers = [int(group) if group is not None else 255 for group in match.groups()]
    if max(numbers) > 255:
        raise ValueError(f"{text!r} is not an OBIS code: a value group is above 255")
    return bytes(numbers)
