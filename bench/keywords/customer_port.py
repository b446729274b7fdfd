"""Keywords of 3.2.2 at the customer's port P1: telegrams in their rhythm, and right to the last digit."""

from __future__ import annotations

from itertools import pairwise

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.p1 import LINK, listening, telegrams
from bench.access.sub_devices import SubDeviceObjects, SubReading, read_last, sub_devices
from bench.keywords.limit_scene import LimitScene
from bench.keywords.process import ProcessLibrary
from drivers.p1.port import Received
from drivers.p1.telegram import P1Error, Telegram

_LOADS_W = (500.0, 3_000.0)
_LISTEN_S, _SETTLED_S, _EVERY_S = 6.0, 3.0, 1.0
_JITTER_S = 0.2
_POWER_SHARE, _POWER_FLOOR_W = 0.02, 2.0
WHOLE, RHYTHM, POWER = "telegrams are whole", "from one telegram to the next", "power that the telegram shows"
ENERGY, DEVICE, TIME = "energy that the telegram shows", "the telegram names the meter", "time in the telegram"
BEHIND = "sub-devices are shown as the meter captured them"


@library(scope="TEST", auto_keywords=False)
class CustomerPort(ProcessLibrary):
    """Listens at P1 under two loads, and compares with the instruments and with the meter's registers."""

    @keyword("Listen At The Customer's Port")
    def listen(self) -> None:
        """Some seconds under each of two loads.

        Example: | Listen At The Customer's Port |
        """
        if not self.station.lab.seat(self.meter.seat).speaks(LINK):
            raise SkipExecution(f"{self.meter.seat} has no port that carries P1 telegrams on this station")
        self.run(self._listen(), 2.0 * _LISTEN_S)

    async def _listen(self) -> None:
        scene = LimitScene(self)
        await scene.begin()
        analyser = await self.wiring.analyser()
        try:
            async with listening(self.station, self.meter.seat) as port:
                for power_w in _LOADS_W:
                    await scene.load(power_w)
                    began = self.clock.now()
                    received = await telegrams(port, began + _LISTEN_S)
                    power = await analyser.active_power()
                    self._look(received, began, f"{power_w:g} W", power.value)
            await scene.unload()
            await self._compare(await self._last_telegram())
        finally:
            await scene.unload()

    async def _last_telegram(self) -> Telegram:
        async with listening(self.station, self.meter.seat) as port:
            received = await telegrams(port, self.clock.now() + 2.5 * _EVERY_S)
        whole = [one.telegram for one in received if one.telegram is not None]
        if not whole:
            raise P1Error("no whole telegram came")
        return whole[-1]

    def _look(self, received: list[Received], began: float, what: str, power_w: float) -> None:
        self.recorder.observe(WHOLE, bool(received), what=f"{len(received)} under {what}")
        for one in received:
            self.recorder.observe(WHOLE, one.telegram is not None, what=what, why=one.why)
            if one.telegram is None:
                continue
            if one.at - began >= _SETTLED_S:
                shown = float(one.telegram.quantity("1-0:1.7.0").value) * 1000.0
                self.recorder.observe(POWER, shown, unit="W", what=what, reference=power_w, source="P1")
            error = one.telegram.moment("0-0:1.0.0") - one.at
            self.recorder.observe(TIME, abs(error), unit="s", what=what)
        for earlier, later in pairwise(received):
            self.recorder.observe(RHYTHM, later.at - earlier.at, unit="s", what=what, reference=_EVERY_S)

    async def _compare(self, telegram: Telegram) -> None:
        """With nothing drawn any more, P1 and the registers show the same."""
        async with self.meter.session(ask=True) as client:
            meter = self.meter.meter(client)
            for name, number in (("import", 1), ("export", 2)):
                for rate in (1, 2):
                    register = await meter.register(f"energy_{name}_rate_{rate}")
                    shown = telegram.quantity(f"1-0:{number}.8.{rate}")
                    what = f"{name}, rate {rate}"
                    self.recorder.observe(ENERGY, float(shown.value), unit=shown.unit, what=what, source="P1",
                                          reference=register.value / 1000.0)  # fmt: skip
            identity = await meter.identity()
            named = telegram.text("0-0:96.1.1") == identity.serial_number
            self.recorder.observe(DEVICE, named, what=telegram.text("0-0:96.1.1"))
            for device in sub_devices(self.meter):
                self._compare_sub_device(telegram, device, await read_last(client, device))

    def _compare_sub_device(self, telegram: Telegram, device: SubDeviceObjects, last: SubReading) -> None:
        shown = telegram.quantity(f"0-{device.channel}:24.2.1")
        same = (
            telegram.text(f"0-{device.channel}:96.1.0") == device.identifier
            and round(shown.value * 1000) == last.raw
            and telegram.moment(f"0-{device.channel}:24.2.1") == last.at
        )
        self.recorder.observe(BEHIND, same, what=f"{device.medium}: {shown.value} {shown.unit}, register {last.raw} l")

    @keyword("Telegrams Should Show What Is Used")
    def right(self) -> None:
        """Whole, every second, with the power of now and the meter's own registers.

        Example: | Telegrams Should Show What Is Used |
        """
        self.check("every telegram is whole", "always", WHOLE)
        self.check("one comes every second", "close_to_reference", RHYTHM, limit=_JITTER_S)
        self.check("its time is right", "at_most", TIME, limit=self.dt_clk)
        self.check("the power is that of now", "close_to_reference", POWER,
                   limit=_POWER_SHARE * max(_LOADS_W) + _POWER_FLOOR_W)  # fmt: skip
        self.check("the energies are the registers'", "close_to_reference", ENERGY, limit=0.0005)
        self.check("it names its meter", "always", DEVICE)
        self.check("gas and water are those of the meter", "always", BEHIND)
