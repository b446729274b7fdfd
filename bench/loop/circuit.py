"""A feeder in OpenDSS with the device and its neighbours on it, solved for one moment after another.

The engine is opendssdirect's, in a context of its own for each circuit; it solves, and nothing of it runs by itself.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from typing import Any

from bench.extras import how_to_install
from bench.loop.commands import commands, levels_kv
from bench.loop.errors import DivergenceError, FeederError
from bench.loop.feeder import Feeder
from bench.loop.site import Neighbour, Phasors, Site

_SERVICE = "loop_service"


class Circuit:
    """One feeder under way. Not for use by two threads at once."""

    def __init__(self, feeder: Feeder, site: Site, neighbours: Sequence[Neighbour] = ()) -> None:
        """Raises FeederError for a node that the feeder has not, or one with less than three phases."""
        self.feeder = feeder
        self.site = site
        self._engine = _engine()
        self._levels = levels_kv(feeder)
        for command in commands(feeder):
            self._do(command)
        self._three_phases(site.node, "the device's site")
        self._connect(site)
        self._neighbours = tuple(
            _NeighbourOnFeeder(self._engine, one, number, self._levels[self._three_phases(one.node, "a neighbour")])
            for number, one in enumerate(neighbours)
        )
        self._engine.Solution.MaxIterations(60)
        self._engine.Solution.Convergence(1e-7)
        self.steps = 0

    def solve(self, generated_va: Phasors, at_s: float = 0.0, elapsed_s: float = 0.0) -> Phasors:
        """Voltage from phase to neutral at the device in V, while it generates ``generated_va`` on each phase.

        ``at_s`` is the time since the start, ``elapsed_s`` since the step before (for the neighbours' response).
        Raises DivergenceError.
        """
        for neighbour in self._neighbours:
            neighbour.move(at_s, elapsed_s)
        loads = self._engine.Loads
        for index, power in zip(self._device, generated_va, strict=True):
            loads.Idx(index)
            loads.kW(-power.real * self.site.scale / 1e3)
            loads.kvar(-power.imag * self.site.scale / 1e3)
        self._engine.Solution.Solve()
        self.steps += 1
        if not self._engine.Solution.Converged():
            raise DivergenceError(self.feeder.name, self.steps, "the iterations found no end")
        voltages = self._voltages(_SERVICE)
        if not all(map(cmath.isfinite, voltages)) or min(map(abs, voltages)) < 1e-3 * self.site.nominal_v:
            raise DivergenceError(self.feeder.name, self.steps, "the voltage at the device has collapsed")
        return voltages

    def per_unit(self, node: str) -> tuple[float | None, float | None, float | None]:
        """Voltage of phases A, B, C at ``node`` after the last step, per unit of its level; None without the phase."""
        base_v = self._levels[node] * 1e3 / math.sqrt(3)
        found = dict(zip(*self._bus(node), strict=True))
        first, second, third = (abs(found[phase]) / base_v if phase in found else None for phase in (1, 2, 3))
        return first, second, third

    def degrees(self, node: str, phase: int) -> float:
        """Angle of the voltage of ``phase`` (0 to 2) at ``node`` after the last step, -180 to 180."""
        return math.degrees(cmath.phase(dict(zip(*self._bus(node), strict=True))[phase + 1]))

    def _connect(self, site: Site) -> None:
        primary_kv, kva = self._levels[site.node], site.transformer_kva * site.scale
        self._do(
            f"New Transformer.{_SERVICE} phases=3 windings=2 xhl={site.reactance_percent} "
            f"buses=[{site.node} {_SERVICE}] conns=[wye wye] kvas=[{kva} {kva}] "
            f"kvs=[{primary_kv} {site.service_kv}] %loadloss={site.resistance_percent}"
        )
        self._device = [
            _power(self._engine, f"loop_device_{phase}", f"{_SERVICE}.{phase}", site.service_kv) for phase in (1, 2, 3)
        ]

    def _three_phases(self, node: str, whose: str) -> str:
        if node not in self._levels:
            raise FeederError(
                f"{self.feeder.name} has no node {node!r} for {whose}; it has {', '.join(sorted(self._levels))}"
            )
        if len({*self._bus(node)[0]} & {1, 2, 3}) < 3:
            raise FeederError(f"{self.feeder.name}: node {node!r} has not all three phases, which {whose} needs")
        return node

    def _bus(self, name: str) -> tuple[list[int], list[complex]]:
        self._engine.Circuit.SetActiveBus(name)
        bus = self._engine.Bus
        flat = bus.Voltages()
        return list(bus.Nodes()), [complex(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]

    def _voltages(self, name: str) -> Phasors:
        found = dict(zip(*self._bus(name), strict=True))
        return found[1], found[2], found[3]

    def _do(self, command: str) -> None:
        _text(self._engine, command, self.feeder.name)


class _NeighbourOnFeeder:
    """A neighbour's three single-phase elements, and how far its reactive power has come."""

    def __init__(self, engine: Any, neighbour: Neighbour, number: int, level_kv: float) -> None:
        self._engine = engine
        self._neighbour = neighbour
        self._base_v = level_kv * 1e3 / math.sqrt(3)
        self._kvar = neighbour.reactive_kvar
        self._elements = [
            _power(engine, f"loop_neighbour{number}_{phase}", f"{neighbour.node}.{phase}", level_kv)
            for phase in (1, 2, 3)
        ]

    def move(self, at_s: float, elapsed_s: float) -> None:
        """Set the powers of this moment; reactive power follows the voltage of the step before."""
        curve = self._neighbour.volt_var
        if curve is not None and elapsed_s > 0:
            target = curve.at(self._voltage_pu()) * self._neighbour.rating_kva
            # the open-loop response time is the time to 90 % of a step: 2.3 time constants of a first-order lag
            self._kvar += (target - self._kvar) * (1 - math.exp(-elapsed_s * math.log(10) / curve.response_time_s))
        power_kw = self._neighbour.power_kw(at_s)
        loads = self._engine.Loads
        for index in self._elements:
            loads.Idx(index)
            loads.kW(-power_kw / 3)
            loads.kvar(-self._kvar / 3)

    def _voltage_pu(self) -> float:
        self._engine.Circuit.SetActiveBus(self._neighbour.node)
        flat = self._engine.Bus.VMagAngle()
        return float(sum(flat[0:6:2])) / 3 / self._base_v


def _engine() -> Any:
    try:
        import opendssdirect
    except ImportError:
        text = f"the feeder is solved by OpenDSS, which is not installed: {how_to_install('feeder')}"
        raise FeederError(text) from None
    return opendssdirect.NewContext()


def _text(engine: Any, command: str, feeder: str) -> None:
    try:
        engine.Text.Command(command)
    except Exception as error:  # OpenDSS raises one kind for all mistakes, of no common class over its releases
        raise FeederError(f"{feeder}: OpenDSS refuses {command.split(' bus1')[0]!r}: {error}") from None


def _power(engine: Any, name: str, bus: str, level_kv: float) -> int:
    """A new element of given power on one phase; its index."""
    kv = level_kv / math.sqrt(3)
    engine.Text.Command(
        f"New Load.{name} phases=1 bus1={bus} kv={kv:.6f} model=1 conn=wye kw=0 kvar=0 vminpu=0.3 vmaxpu=2"
    )
    engine.Loads.Name(name)
    return int(engine.Loads.Idx())
