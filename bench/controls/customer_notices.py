"""What a meter tells the customer's system, at its consumer port or by its display, for the probes about notifications.

The cause is a warning threshold below the energy that is used already: the notices of all rows of AMI-32 go by the same
way. A notice comes again until its receipt was given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.access.customer import ConsumerNotice, CustomerSystem
from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.limits import ENERGY, limit_objects
from drivers.dlms.data import U32, Array, Data, Integer

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ACKNOWLEDGED = "a notice came again after its receipt"
NEAR, OVER = "energy_near_limit", "energy_limit_reached"
QUIET_PERIODS = 2.5
"""Nothing more waits when nothing came for so many periods of repetition."""
_NONE, _FAR = (0, 0), 1_000_000


@dataclass(frozen=True)
class Missed:
    """What came of events that happened while nobody listened: times (s, as text) of those that were never told, and of
    those that were told twice; whether they were told in their order, and in how many messages."""

    lost: tuple[str, ...]
    twice: tuple[str, ...]
    in_order: bool
    messages: int


class CustomerNotices:
    """The notices of ``meter`` to the system that ``customer`` connects.

    The meter is set as the utility does it, over a link of its own. Raises ClientsError for one without limits.
    """

    def __init__(
        self, trial: Trial, meter: DlmsAccess, customer: Callable[[], AbstractAsyncContextManager[CustomerSystem]]
    ) -> None:
        self.trial = trial
        self.meter = meter
        self.customer = customer
        self.objects = limit_objects(meter, ENERGY)
        self.caused_at = 0.0
        self._far = 0
        self._before: Data | None = None

    # -- scene -----------------------------------------------------------------------------------------------------

    async def prepare(self, series: str) -> bool:
        """No threshold is passed and no notice waits; False, and on the record, where nothing was ever used."""
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            used = await client.get(self.objects.value)
            if self._before is None:
                self._before = await client.get(self.objects.thresholds)
        if not isinstance(used, Integer) or int(used) < 1 + len((NEAR, OVER)):
            self.trial.record.could_not_look(series, "the register of the energy used is too low for a threshold below")
            return False
        self._far = int(used) + _FAR
        await self.clear()
        async with self.customer() as ems:
            await self.take_all(ems)
        return True

    async def restore(self) -> None:
        """The thresholds as they were found."""
        before, self._before = self._before, None
        if before is not None:
            async with self.meter.session(MANAGEMENT, ask=True) as client:
                await client.set(self.objects.thresholds, before)

    async def stir(self, *, both: bool = False) -> None:
        """Set a warning, and with ``both`` a limit, below what is used: the meter has something to tell."""
        await self._set((1, 2) if both else (1, self._far))

    async def arm(self) -> None:
        """A warning far above what is used."""
        await self._set((self._far, 2 * self._far))

    async def clear(self) -> None:
        """No thresholds."""
        await self._set(_NONE)

    async def _set(self, thresholds: tuple[int, int]) -> None:
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            self.caused_at = self.trial.clock.now()
            await client.set(self.objects.thresholds, Array([U32(value) for value in thresholds]))

    # -- the customer's side ---------------------------------------------------------------------------------------

    async def take(self, ems: CustomerSystem, within_s: float, meaning: str = NEAR) -> ConsumerNotice | None:
        """The next notice of the event, with its receipt given."""
        notice = await ems.next_of(ems.code_of(meaning), within_s)
        if notice is not None:
            await ems.acknowledge(notice)
        return notice

    async def take_all(self, ems: CustomerSystem) -> list[ConsumerNotice]:
        """Everything that comes until it is quiet, each with its receipt given; in the order in which it came."""
        found: list[ConsumerNotice] = []
        while (notice := await ems.next(QUIET_PERIODS * ems.repeat_s)) is not None:
            found.append(notice)
            await ems.acknowledge(notice)
        return found


async def repetitions(notices: CustomerNotices, ems: CustomerSystem, span_s: float) -> int:
    """How often one notice came in ``span_s`` without a receipt, which is given then."""
    clock, count, last = notices.trial.clock, 0, None
    deadline = clock.now() + span_s
    while (notice := await ems.next_of(ems.code_of(NEAR), max(0.0, deadline - clock.now()))) is not None:
        count, last = count + 1, notice
    if last is not None:
        await ems.acknowledge(last)
    return count


async def told_to_customer_after_absence(notices: CustomerNotices, count: int, span_s: float) -> Missed:
    """Cause ``count`` events over ``span_s`` s while nobody is at the port, then take what the meter tells.

    ``twice`` are numbers of notices that came although their receipt had been given.
    """
    trial, caused = notices.trial, list[float]()
    for _number in range(count):
        await notices.stir()
        caused.append(notices.caused_at)
        await trial.station.advance(span_s / count / 2)
        await notices.clear()
        await trial.station.advance(span_s / count / 2)
    async with notices.customer() as ems:
        came = await notices.take_all(ems)
        later = await notices.take_all(ems)
        told = _first([one for one in came if one.code == ems.code_of(NEAR)])
    known = {(one.log, one.number) for one in came}
    twice = tuple(str(one.number) for one in later if (one.log, one.number) in known)
    near = trial.bound("dt_clk", subject="meter_han").number + span_s / count / 4
    times = [one.event_at for one in told if one.event_at is not None]
    lost = tuple(f"{at:.0f}" for at in caused if not any(abs(at - time) <= near for time in times))
    return Missed(lost, twice, times == sorted(times), len(came))


def _first(notices: Sequence[ConsumerNotice]) -> list[ConsumerNotice]:
    """Each notice once, where it came first."""
    return list({(one.log, one.number): one for one in reversed(notices)}.values())[::-1]
