"""A feeder's data as OpenDSS commands.

A distributed load is put in halves at both ends of its line: for a load spread evenly, the voltage drop along the line
is the same. A load is held to its model down to 0.5 and up to 1.5 per unit, since OpenDSS otherwise turns it to a
constant impedance outside 0.95 to 1.05.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from bench.loop.feeder import (
    Configuration,
    Connection,
    DistributedLoad,
    Feeder,
    Line,
    LoadModel,
    Regulator,
    SpotLoad,
    ThreePowers,
    Transformer,
)

FEET_PER_MILE = 5280.0
_TAP = 0.00625
_MODELS: Mapping[LoadModel, int] = {"PQ": 1, "I": 5, "Z": 2}
_REACH = "vminpu=0.5 vmaxpu=1.5"


def commands(feeder: Feeder) -> Iterator[str]:
    """Everything that builds ``feeder``, up to where it can be solved."""
    source = feeder.source
    yield "Clear"
    yield f"Set DefaultBaseFrequency={feeder.frequency_hz}"
    yield (
        f"New Circuit.{feeder.name} bus1={source.node} basekv={source.kv} pu={source.pu} angle={source.angle_deg} "
        "r1=0 x1=0.0001 r0=0 x0=0.0001"
    )
    for name, configuration in feeder.configurations.items():
        yield _line_code(name, configuration, feeder.frequency_hz)
    for line in feeder.network.lines:
        yield _line(line, feeder.configurations[line.configuration])
    for transformer in feeder.network.transformers:
        yield _transformer(transformer)
    levels = levels_kv(feeder)
    for regulator in feeder.network.regulators:
        yield from _regulator(regulator, levels[regulator.head])
    for capacitor in feeder.network.capacitors:
        for phase, kvar in enumerate(capacitor.kvar):
            if kvar:
                kv = levels[capacitor.node] / math.sqrt(3)
                name, bus = f"{capacitor.node}_{phase}", f"{capacitor.node}.{phase + 1}"
                yield f"New Capacitor.{name} bus1={bus} phases=1 kv={kv:.6f} kvar={kvar}"
    for load in feeder.network.spot_loads:
        yield from _loads(load, levels[load.node])
    for number, spread in enumerate(feeder.network.distributed_loads):
        for end in _halves(spread):
            yield from _loads(end, levels[end.node], f"d{number}_")
    yield f"Set VoltageBases=[{' '.join(str(kv) for kv in sorted(set(levels.values()), reverse=True))}]"
    yield "CalcVoltageBases"
    yield "Set ControlMode=OFF"


def levels_kv(feeder: Feeder) -> dict[str, float]:
    """Nominal line-to-line voltage of every node in kV, from the source through the transformers."""
    network = feeder.network
    beyond: dict[str, list[tuple[str, float]]] = {}
    ratios = {(one.head, one.tail): one.secondary_kv / one.primary_kv for one in network.transformers}
    for head, tail in network.branches():
        ratio = ratios.get((head, tail), 1.0)
        beyond.setdefault(head, []).append((tail, ratio))
        beyond.setdefault(tail, []).append((head, 1 / ratio))
    levels: dict[str, float] = {}
    ahead = [(feeder.source.node, feeder.source.kv)]
    while ahead:
        node, kv = ahead.pop()
        if node not in levels:
            levels[node] = round(kv, 9)
            ahead.extend((tail, kv * ratio) for tail, ratio in beyond.get(node, ()))
    return levels


def _line_code(name: str, configuration: Configuration, frequency_hz: float) -> str:
    phases = len(configuration.phases)
    to_nanofarad = 1e3 / (2 * math.pi * frequency_hz)  # from microsiemens
    resistance = _matrix([r for r, _ in configuration.impedance], phases)
    reactance = _matrix([x for _, x in configuration.impedance], phases)
    capacitance = _matrix([b * to_nanofarad for b in configuration.susceptance], phases)
    return (
        f"New LineCode.{name} nphases={phases} units=mi basefreq={frequency_hz} "
        f"rmatrix={resistance} xmatrix={reactance} cmatrix={capacitance}"
    )


def _matrix(upper: Sequence[float], size: int) -> str:
    """OpenDSS's lower triangle of a symmetric matrix that is given by its upper one."""
    cells = {}
    entries = iter(upper)
    for row in range(size):
        for column in range(row, size):
            cells[column, row] = next(entries)
    return (
        "("
        + " | ".join(" ".join(f"{cells[row, column]:.9g}" for column in range(row + 1)) for row in range(size))
        + ")"
    )


def _line(line: Line, configuration: Configuration) -> str:
    conductors = "".join(f".{index + 1}" for index in configuration.indices())
    return (
        f"New Line.{line.head}_{line.tail} bus1={line.head}{conductors} bus2={line.tail}{conductors} "
        f"phases={len(configuration.phases)} linecode={line.configuration} "
        f"length={line.length_ft / FEET_PER_MILE:.9g} units=mi"
    )


def _transformer(transformer: Transformer) -> str:
    return (
        f"New Transformer.{transformer.head}_{transformer.tail} phases=3 windings=2 "
        f"xhl={transformer.reactance_percent} buses=[{transformer.head} {transformer.tail}] "
        f"conns=[wye wye] kvas=[{transformer.kva} {transformer.kva}] "
        f"kvs=[{transformer.primary_kv} {transformer.secondary_kv}] %loadloss={transformer.resistance_percent}"
    )


def _regulator(regulator: Regulator, kv: float) -> Iterator[str]:
    for phase, tap in enumerate(regulator.taps, start=1):
        yield (
            f"New Transformer.{regulator.head}_{phase} phases=1 windings=2 xhl=0.01 %loadloss=0.00001 ppm=0 "
            f"buses=[{regulator.head}.{phase} {regulator.tail}.{phase}] conns=[wye wye] kvas=[2000 2000] "
            f"kvs=[{kv / math.sqrt(3):.6f} {kv / math.sqrt(3):.6f}] taps=[1 {1 + _TAP * tap}]"
        )


def _loads(load: SpotLoad, kv: float, prefix: str = "s_") -> Iterator[str]:
    for phase, (active_kw, reactive_kvar) in enumerate(load.powers):
        if active_kw or reactive_kvar:
            bus, phase_kv = _terminals(load.node, load.connection, phase, kv)
            yield (
                f"New Load.{prefix}{load.node}_{phase} phases=1 bus1={bus} kv={phase_kv:.6f} "
                f"model={_MODELS[load.model]} "
                f"conn={'wye' if load.connection == 'Y' else 'delta'} kw={active_kw} kvar={reactive_kvar} {_REACH}"
            )


def _terminals(node: str, connection: Connection, phase: int, kv: float) -> tuple[str, float]:
    if connection == "Y":
        return f"{node}.{phase + 1}", kv / math.sqrt(3)
    return f"{node}.{phase + 1}.{(phase + 1) % 3 + 1}", kv


def _halves(load: DistributedLoad) -> Iterator[SpotLoad]:
    a, b, c = load.powers
    half: ThreePowers = ((a[0] / 2, a[1] / 2), (b[0] / 2, b[1] / 2), (c[0] / 2, c[1] / 2))
    for node in (load.head, load.tail):
        yield SpotLoad(node, load.connection, load.model, half)
