"""What a run was asked to do: the lab, the selection, the profile, the faults. Written into the journal as it is.

A request travels from ``amibench`` to the robot process as a file named by the environment variable
``AMIBENCH_REQUEST``; plain ``robot`` states it as arguments of the selector instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from bench.catalogue.vocabulary import CONFORMANCE, FIRST_SUITE

REQUEST_VARIABLE = "AMIBENCH_REQUEST"
PROFILES = ("quick", "full", "endurance")
DECLARATIONS = FIRST_SUITE
RISKS = ("safe", "alters", "locks", "destructive")


class RequestError(ValueError):
    """The request names something that does not exist or contradicts itself."""


@dataclass(frozen=True)
class Request:
    """Everything that decides what a run does.

    ``faults`` are ``ID`` or ``ID@seat``. ``processes`` are numbers or the beginning of numbers (``3.4`` takes 3.4.1
    ..., ``interfaces/dlms`` the suites of protocol conformance in this folder). An empty selection means everything
    that the station can show. ``allow`` holds risks that may run on real devices beyond ``safe`` and ``alters``.
    ``tests`` restricts a run to exactly these test names, ``parts`` to what one of its workers has to do
    (`bench.session.shares`).
    """

    lab: Path
    processes: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    raise_to: str | None = None
    profile: str = "quick"
    faults: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    derived: bool = False
    out: Path | None = None

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise RequestError(f"no profile {self.profile!r}; there are: {', '.join(PROFILES)}")
        if self.raise_to not in (None, "low", "medium", "high"):
            raise RequestError(f"--raise-to takes low, medium or high, not {self.raise_to!r}")
        for risk in self.allow:
            if risk not in RISKS:
                raise RequestError(f"no risk {risk!r}; there are: {', '.join(RISKS)}")

    def wants_process(self, number: str) -> bool:
        """Whether the suite of ``number`` (as 3.4.1) is to run; that of the declarations runs with all others.

        Suites of protocol conformance have a path for a number, of which a request may name the beginning.
        """
        if number == DECLARATIONS:
            return not (self.controls or self.interfaces or self.tests)
        if number.startswith(CONFORMANCE):
            named = not self.processes or any(f"{number}/".startswith(f"{p.rstrip('/')}/") for p in self.processes)
            return named and not self.controls
        return not self.processes or any(number == p or number.startswith(p.rstrip(".") + ".") for p in self.processes)

    def wants_interface(self, interface: str) -> bool:
        """Whether a canonical interface (``AMI-28``, ``AMI-25/MDMS-CIS``) is selected."""
        return not self.interfaces or interface in self.interfaces or interface.split("/")[0] in self.interfaces

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data, for the journal."""
        plain: dict[str, Any] = msgspec.to_builtins(self, enc_hook=str)
        return plain

    def write(self, path: Path) -> None:
        """Write the request where :func:`read_request` finds it."""
        path.write_bytes(msgspec.json.encode(self.as_json()))


def read_request(path: Path) -> Request:
    """The request in ``path``. Raises RequestError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Request, dec_hook=lambda kind, value: kind(value))
    except (OSError, msgspec.DecodeError) as error:
        raise RequestError(f"cannot read the request {path}: {error}") from error


def request_from_arguments(arguments: Sequence[str]) -> Request:
    """The request in selector arguments: the lab config first, then ``name=value`` with lists separated by commas.

    >>> request_from_arguments(["lab_configs/emulated.toml", "processes=3.1,3.4", "profile=full"]).processes
    ('3.1', '3.4')
    """
    if not arguments:
        raise RequestError("the selector needs a lab config as its first argument")
    request = Request(lab=Path(arguments[0]))
    for argument in arguments[1:]:
        name, equals, value = argument.partition("=")
        if not equals or name not in Request.__dataclass_fields__:
            raise RequestError(f"the selector does not know the argument {argument!r}")
        request = replace(request, **{name: _parse(name, value)})
    return request


def _parse(name: str, value: str) -> Any:
    if name in ("lab", "out"):
        return Path(value)
    if name in ("raise_to", "profile"):
        return value
    if name == "derived":
        return value.lower() in ("1", "true", "yes")
    return tuple(item for item in value.split(",") if item)
