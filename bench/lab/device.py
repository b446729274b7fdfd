"""A device file: who a device is, what its supplier claims (PICS), what the bench must know to test it (PIXIT)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BeforeValidator, field_validator, model_validator

from bench.lab.secrets import SecretError, SecretRef
from bench.lab.strict import Strict, did_you_mean

EXTENSION_PREFIX = "x_"


def _reference(value: Any) -> SecretRef:
    if isinstance(value, SecretRef):
        return value
    if not isinstance(value, str):
        raise ValueError("a reference to a secret is a text")
    try:
        return SecretRef.parse(value)
    except SecretError as error:
        raise ValueError(str(error)) from None


Reference = Annotated[SecretRef, BeforeValidator(_reference)]


class Identity(Strict):
    """What is printed on the device, and what it must answer when it is asked who it is."""

    manufacturer: str
    model: str
    serial: str = ""
    firmware: str = ""
    hardware: str = ""
    logical_device_name: str = ""
    system_title: str = ""


class Pics(Strict):
    """The supplier's claims. An item in neither list is undeclared, which never means "no"."""

    supported: frozenset[str] = frozenset()
    not_supported: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _apart(self) -> Pics:
        both = sorted(self.supported & self.not_supported)
        if both:
            raise ValueError(f"{both[0]} is declared both supported and not supported")
        return self

    def state(self, item: str) -> str:
        """``supported``, ``not_supported`` or ``undeclared``."""
        if item in self.supported:
            return "supported"
        return "not_supported" if item in self.not_supported else "undeclared"


class Device(Strict):
    """One kind of device, or one device. ``kind`` is a device class of the catalogue (``meter``, ``headend``, ...).

    ``pixit`` has the items of ``pixit_items.toml``, and a supplier's own under names that begin with ``x_``.
    ``secrets`` are by name; PIXIT items refer to them by these names. ``seeded_faults``: ids that an emulated device
    can be started with.
    """

    kind: str
    title: str = ""
    identity: Identity
    pics: Pics = Pics()
    pixit: Mapping[str, Any] = {}
    secrets: Mapping[str, Reference] = {}
    seeded_faults: tuple[str, ...] = ()

    @field_validator("pixit")
    @classmethod
    def _known_items(cls, pixit: Mapping[str, Any]) -> Mapping[str, Any]:
        known = pixit_items()
        for name, value in pixit.items():
            if name.startswith(EXTENSION_PREFIX):
                continue
            if name not in known:
                raise ValueError(f"unknown item {name}; {did_you_mean(name, tuple(known))}")
            _check_type(name, known[name]["type"], value)
        return pixit


@cache
def pixit_items() -> Mapping[str, Mapping[str, str]]:
    """The PIXIT items that a device file may state, by name: ``type``, ``unit`` (may be absent), ``meaning``."""
    items: Mapping[str, Mapping[str, str]] = tomllib.loads((files("bench.lab") / "pixit_items.toml").read_text())
    return items


_TYPES: Mapping[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "text": (str,),
    "truth": (bool,),
    "list": (list,),
    "table": (dict,),
}


def _check_type(name: str, kind: str, value: Any) -> None:
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "truth"):
        raise ValueError(f"item {name} is a {kind}")
