"""A distribution feeder as data: what the published test feeders state, and reading it from TOML.

Phases are counted 0, 1, 2 for A, B, C. Loads and capacitors are of each phase (of a delta: between A-B, B-C, C-A).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from bench.loop.errors import FeederError

Connection = Literal["Y", "D"]
LoadModel = Literal["PQ", "I", "Z"]
ThreePowers = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
"""Active power in kW and reactive power in kvar of three phases."""

_SHIPPED = Path(__file__).with_name("data")


class _Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Immutable; an unknown key in a file is a mistake."""


class _Row(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A row of a published table, printed as an array."""


class Source(_Fact, frozen=True):
    """The stiff source at the head: line-to-line ``kv``, ``pu`` of it, angle of phase A in degrees."""

    node: str
    kv: float
    pu: float
    angle_deg: float


class Configuration(_Fact, frozen=True):
    """A kind of line: series impedance in ohm a mile as (resistance, reactance) and shunt susceptance in microsiemens
    a mile, upper triangle row by row, of the ``phases`` it has ("ABC", "BC", "A")."""

    phases: str
    impedance: tuple[tuple[float, float], ...]
    susceptance: tuple[float, ...]

    def indices(self) -> tuple[int, ...]:
        """The phases as numbers 0 to 2."""
        return tuple("ABC".index(letter) for letter in self.phases)


class Line(_Row, frozen=True):
    """A line segment: ends, length in feet, name of its configuration."""

    head: str
    tail: str
    length_ft: float
    configuration: str


class Transformer(_Row, frozen=True):
    """Three-phase, grounded wye on both sides: rating, line-to-line voltages, impedance in per cent of the rating."""

    head: str
    tail: str
    kva: float
    primary_kv: float
    secondary_kv: float
    resistance_percent: float
    reactance_percent: float


class Regulator(_Row, frozen=True):
    """A step regulator at fixed taps, one a phase, -16 to 16; 0.625 % of the voltage a tap."""

    head: str
    tail: str
    taps: tuple[int, int, int]


class Capacitor(_Row, frozen=True):
    """Shunt capacitors, grounded wye: kvar of each phase at nominal voltage."""

    node: str
    kvar: tuple[float, float, float]


class SpotLoad(_Row, frozen=True):
    """A load at a node: constant power (PQ), current (I) or impedance (Z)."""

    node: str
    connection: Connection
    model: LoadModel
    powers: ThreePowers


class DistributedLoad(_Row, frozen=True):
    """A load spread evenly along a line segment."""

    head: str
    tail: str
    connection: Connection
    model: LoadModel
    powers: ThreePowers


class Network(_Fact, frozen=True):
    """All that the feeder is made of."""

    lines: tuple[Line, ...]
    transformers: tuple[Transformer, ...] = ()
    regulators: tuple[Regulator, ...] = ()
    capacitors: tuple[Capacitor, ...] = ()
    spot_loads: tuple[SpotLoad, ...] = ()
    distributed_loads: tuple[DistributedLoad, ...] = ()

    def nodes(self) -> frozenset[str]:
        """Every node that a line, transformer or regulator ends at."""
        return frozenset(node for ends in self.branches() for node in ends)

    def branches(self) -> tuple[tuple[str, str], ...]:
        """Both ends of every line, transformer and regulator."""
        return (
            *((line.head, line.tail) for line in self.lines),
            *((transformer.head, transformer.tail) for transformer in self.transformers),
            *((regulator.head, regulator.tail) for regulator in self.regulators),
        )


class Feeder(_Fact, frozen=True):
    """A feeder whole. ``published`` are the voltages that its source prints: per unit and degrees of phases A, B, C."""

    name: str
    title: str
    frequency_hz: float
    source: Source
    configurations: Mapping[str, Configuration]
    network: Network = msgspec.field(name="feeder")
    published: Mapping[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]] = {}


def shipped() -> tuple[str, ...]:
    """Names of the feeders that come with the bench."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.toml")))


def load_feeder(name_or_path: str | Path) -> Feeder:
    """One of the :func:`shipped` feeders by its name, or a file of the same form. Raises FeederError."""
    path = Path(name_or_path)
    if str(name_or_path) in shipped():
        path = _SHIPPED / f"{name_or_path}.toml"
    try:
        feeder = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Feeder)
    except OSError as error:
        raise FeederError(
            f"{path}: cannot be read ({error.strerror}); feeders that are there: {', '.join(shipped())}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise FeederError(f"{path}: {error}") from None
    _check(feeder, path)
    return feeder


def _check(feeder: Feeder, path: Path) -> None:
    """Every name is defined, every matrix has its size, every node is reached."""
    problems = [*_wrong_matrices(feeder), *_wrong_names(feeder), *_out_of_reach(feeder)]
    if problems:
        raise FeederError("\n".join(f"{path}: {problem}" for problem in problems))


def _wrong_matrices(feeder: Feeder) -> list[str]:
    problems = []
    for name, configuration in feeder.configurations.items():
        if not configuration.phases or "".join(sorted(set(configuration.phases))) != configuration.phases:
            problems.append(f"configuration {name}: phases are some of A, B, C in this order")
        size = len(configuration.phases)
        for what, given in (("impedance", configuration.impedance), ("susceptance", configuration.susceptance)):
            if len(given) != size * (size + 1) // 2:
                problems.append(f"configuration {name}: {what} of {size} phases has {size * (size + 1) // 2} entries")
    return problems


def _wrong_names(feeder: Feeder) -> list[str]:
    network, nodes = feeder.network, feeder.network.nodes()
    problems = [
        f"line {line.head}-{line.tail}: no configuration {line.configuration!r}"
        for line in network.lines
        if line.configuration not in feeder.configurations
    ]
    named = [
        *(load.node for load in network.spot_loads),
        *(capacitor.node for capacitor in network.capacitors),
        *(node for load in network.distributed_loads for node in (load.head, load.tail)),
        feeder.source.node,
        *feeder.published,
    ]
    return problems + [f"no line ends at node {node!r}" for node in sorted(set(named) - nodes)]


def _out_of_reach(feeder: Feeder) -> list[str]:
    network = feeder.network
    beyond: dict[str, list[str]] = {}
    for head, tail in network.branches():
        beyond.setdefault(head, []).append(tail)
        beyond.setdefault(tail, []).append(head)
    reached, ahead = set[str](), [feeder.source.node]
    while ahead:
        node = ahead.pop()
        if node not in reached:
            reached.add(node)
            ahead.extend(beyond.get(node, ()))
    return [f"node {node!r} is not connected to the source" for node in sorted(network.nodes() - reached)]
