"""The meter behind what the customer is shown: the row's own device, or the meter that a display belongs to."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.usage import Past, Shown, UsageView
from bench.keywords.process import ProcessLibrary
from drivers.cim.times import iso

SAME, PROFILE = "energy that is shown", "past intervals that are not the meter's"
_COUNT_WH = 1.0
"""A register's smallest step."""


class MeterBehind:
    """Compares what is shown with what the meter itself says, where the bench can ask one."""

    def __init__(self, library: ProcessLibrary) -> None:
        self._library = library

    @property
    def there(self) -> bool:
        """Whether the bench can ask it: it is the row's own device, or sits at the same service point."""
        library = self._library
        if isinstance(library.exchange, DlmsExchange):
            return True
        lab = library.station.lab
        meter, shown = lab.seat(library.meter.seat), lab.seat(library.session.planned.iut)
        return meter.speaks(DlmsExchange.link) and meter.table.service_point == shown.table.service_point

    @property
    def seat(self) -> str:
        """Its seat, or that of the row's device where there is none."""
        return self._library.meter.seat if self.there else self._library.session.planned.iut

    async def compare_registers(self, view: UsageView, shown: Shown) -> None:
        """With nothing drawn, the view and the meter's registers are the same."""
        if not self.there:
            return
        library = self._library
        async with library.meter.session(ask=True) as client:
            own = await library.meter.meter(client).registers(("energy_import", "energy_export"))
        for name, value in (("energy_import", shown.import_wh), ("energy_export", shown.export_wh)):
            what = f"{view.name}, {name}"
            library.recorder.observe(SAME, value, unit="Wh", what=what, reference=own[name].value)
        library.check("it shows the meter's registers", "close_to_reference", SAME, limit=0.5)

    async def compare_profile(self, view: UsageView, past: Sequence[Past], start: float) -> None:
        """What the customer sees of the past is what the utility reads, whatever the length of the view's intervals."""
        if not self.there:
            return
        library = self._library
        async with library.meter.session(ask=True) as client:
            rows = await library.meter.meter(client).load_profile(start, library.clock.now())
        stands = {round(row.at): row.readings["energy_import"].value for row in rows if row.at is not None}
        wrong, before = [], round(start)
        for one in sorted(past, key=lambda one: one.at):
            end = round(one.at)
            read_wh = stands.get(end, math.nan) - stands.get(before, math.nan)
            if not abs(one.import_wh - read_wh) < _COUNT_WH:
                wrong.append(f"{view.name}, to {iso(end)}: {one.import_wh:g} Wh, in the profile {read_wh:g} Wh")
            before = end
        if before < max(stands, default=before):
            wrong.append(f"{view.name}: nothing after {iso(before)}, which the profile goes beyond")
        library.record_list(PROFILE, wrong)
        library.check("the past is the meter's profile", "empty", PROFILE)
