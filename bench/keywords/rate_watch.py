"""Time-of-use rates at a meter: registers read just before and just after each change, under a constant load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.keywords.interval_acts import Register
from bench.keywords.meter_settings import MeterSettings
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Integer, OctetString
from drivers.dlms.errors import DecodeError
from drivers.tariffs import RateChange

TOTAL = "energy_import"
_DATA = 1


@dataclass(frozen=True)
class Snapshot:
    """What the meter shows at ``at`` (UTC, s): the total, the registers by rate, the rate in force where it says so;
    and the energy that the reference meter has counted (Wh).
    """

    at: float
    total: Register
    rates: Mapping[int, Register]
    active: int | None
    reference_wh: float

    @property
    def rates_wh(self) -> float:
        """The sum of the registers by rate."""
        return sum(register.energy for register in self.rates.values())


@dataclass(frozen=True)
class Stretch:
    """The time between two snapshots, in which ``rate`` is in force all the time."""

    first: Snapshot
    last: Snapshot
    rate: int

    def of_rate(self, rate: int) -> float:
        """Energy that went to a rate's register, Wh."""
        return self.last.rates[rate].energy - self.first.rates[rate].energy

    @property
    def total_wh(self) -> float:
        """Energy that went to the total register."""
        return self.last.total.energy - self.first.total.energy

    @property
    def reference_wh(self) -> float:
        """Energy by the reference meter."""
        return self.last.reference_wh - self.first.reference_wh


@dataclass
class RateStory:
    """What was expected and seen: the changes, and the stretches between them."""

    changes: Sequence[RateChange] = ()
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def snapshots(self) -> list[Snapshot]:
        """All of them, in order."""
        return [shot for stretch in self.stretches for shot in (stretch.first, stretch.last)]


class RateWatch(MeterSettings):
    """The acts, without any judgement."""

    def __init__(self) -> None:
        super().__init__()
        self.rates = RateStory()

    async def watch_rates(self, rate: int, changes: Sequence[RateChange], until: float) -> None:
        """Draw a constant load from now, when ``rate`` is in force, ``until`` (UTC, s), over ``changes``.

        Each change is read around within the clock's allowed error: just before it, and just after.
        """
        analyser = await self.wiring.analyser()
        await self.scene.energise()
        await analyser.start_energy()
        self.rates.changes = changes
        first = await self._snapshot()
        for change in changes:
            await self.wait_until(change.at - self.dt_clk)
            self.rates.stretches.append(Stretch(first, await self._snapshot(), rate))
            await self.wait_until(change.at + self.dt_clk)
            first, rate = await self._snapshot(), change.rate
        await self.wait_until(until)
        self.rates.stretches.append(Stretch(first, await self._snapshot(), rate))
        await analyser.stop_energy()

    async def _snapshot(self) -> Snapshot:
        at = self.clock.now()
        async with self.meter.session(ask=True) as client:
            meter = self.meter.meter(client)
            total = Register.of(await meter.register(TOTAL))
            rates = {number: Register.of(await meter.register(f"{TOTAL}_rate_{number}")) for number in self._numbers}
            active = await self._active_rate(client)
        energy = await (await self.wiring.analyser()).energy_imported()
        return Snapshot(at, total, rates, active, energy.value)

    @property
    def _numbers(self) -> tuple[int, ...]:
        """The rates that the meter has (PIXIT ``tariff.rates``; two without it)."""
        return tuple(map(int, self.meter.pixit("tariff", {}).get("rates", (1, 2))))

    async def _active_rate(self, client: object) -> int | None:
        """The rate that the meter says is in force; None where its protocol has no common word for it."""
        if not isinstance(client, DlmsClient):
            return None
        value = await client.get(Attribute(_DATA, self.meter.names.active_tariff, 2))
        match value:
            case OctetString():
                return int.from_bytes(value, "big")
            case Integer():
                return int(value)
        raise DecodeError("the active tariff is neither a number nor its octets")
