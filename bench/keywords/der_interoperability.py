"""Type tests of interoperability: nameplate (6.4), configuration (6.5), monitoring (6.6)."""

from __future__ import annotations

from dataclasses import asdict, replace

from robot.api.deco import keyword, library

from bench.access.der import DerCalls
from bench.der.bands import FREQUENCY_HZ, VOLTAGE_PU, Band, around
from bench.der.expected import told
from bench.keywords.der_type_test import ACTIVE, DerTypeTest
from drivers.der import Ratings

LABEL, PLATE, READ_BACK, PUT_BACK, MONITORED = (
    "what the label says",
    "rating on the nameplate",
    "configured rating as read back",
    "rating after it was put back",
    "monitored value",
)
_SHARE = 0.8
_CONFIGURED = (
    (
        "active_power_over_excited_w",
        "active_power_under_excited_w",
        "reactive_injection_var",
        "reactive_absorption_var",
    ),
    ("active_power_w",),
    ("apparent_power_va",),
)
"""In the order in which they are lowered."""
_POINTS, _WAIT_S = (("A", 0.25), ("B", 0.95)), 30.0
_EXACT = 0.005
"""Share by which a rating that is told may differ from the one declared: the resolution of scale factors."""


@library(scope="TEST", auto_keywords=False)
class DerInteroperability(DerTypeTest):
    """What the DER tells over its link, against its device file and the instruments."""

    @keyword("The Nameplate Is Read Before And After Other Ratings Are Configured")
    def read_nameplate(self) -> None:
        """The ratings of the device file must stand there, whatever is configured.

        Example: | The Nameplate Is Read Before And After Other Ratings Are Configured |
        """
        self.run(self._read_nameplate())

    async def _read_nameplate(self) -> None:
        async with self.rig.running() as der:
            device = self.station.lab.seat(self.seat).device
            declared = dict((self.access.pixit("sunspec") or {}).get("ratings", {}))
            identity = await der.identity()
            if device is not None:
                for what, said, told_ in (
                    ("manufacturer", device.identity.manufacturer, identity.manufacturer),
                    ("model", device.identity.model, identity.model),
                    ("serial number", device.identity.serial, identity.serial_number),
                ):
                    self.recorder.observe(LABEL, said == told_, what=what, source=self.seat, declared=said, told=told_)
            configured = await der.configuration()
            for when in ("as it is", "with other ratings configured"):
                self._compare(asdict((await der.nameplate()).ratings), declared, PLATE, when)
                await _configure(der, configured, _SHARE)
            await _configure(der, configured, 1.0)

    def _compare(self, told_: dict[str, float | None], declared: dict[str, float], series: str, when: str) -> None:
        for name, value in declared.items():
            seen = told_.get(name)
            if seen is None:
                self.recorder.observe(series, False, what=f"{name} {when}", source=self.seat)
                continue
            right = abs(seen - value) <= _EXACT * max(abs(value), 1.0)
            self.recorder.observe(
                series, right, what=f"{name} {when}", source=self.seat, declared=value, told=round(seen, 4)
            )

    @keyword("The Nameplate Is That Of The Device")
    def nameplate_is_right(self) -> None:
        """Label and ratings.

        Example: | The Nameplate Is That Of The Device |
        """
        self.check("the label is that of the device file", "always", LABEL)
        self.check("the ratings are those of the device file", "always", PLATE)

    @keyword("Ratings Of 80 Per Cent Are Configured And Put Back")
    def configure(self) -> None:
        """Read back, seen at the witness in full sun, and put back.

        Example: | Ratings Of 80 Per Cent Are Configured And Put Back |
        """
        self.run(self._configure())

    async def _configure(self) -> None:
        async with self.rig.running() as der:
            before = await der.configuration()
            rating = told(before.active_power_w, "its configured active power")
            accuracy = self.power_accuracy((await der.nameplate()).ratings)
            try:
                await _configure(der, before, _SHARE)
                wanted = {name: _SHARE * told(getattr(before, name), name) for names in _CONFIGURED for name in names}
                self._compare(asdict(await der.configuration()), wanted, READ_BACK, "at 80 %")
                await self.rig.wait(_WAIT_S)
                seen = await self.rig.generated()
                self.record_active(seen, around(_SHARE * rating, accuracy), "full sun, ratings of 80 %")
            finally:
                await _configure(der, before, 1.0)
            wanted = {name: told(getattr(before, name), name) for names in _CONFIGURED for name in names}
            self._compare(asdict(await der.configuration()), wanted, PUT_BACK, "again")

    @keyword("The Configuration Is Used And Put Back")
    def configuration_is_used(self) -> None:
        """What is read back, what the witness sees, and what is read after it was put back.

        Example: | The Configuration Is Used And Put Back |
        """
        self.check("what was configured is read back", "always", READ_BACK)
        self.in_band("active power keeps to what was configured", ACTIVE)
        self.check("what was there before is there again", "always", PUT_BACK)

    @keyword("Monitoring Is Read At Two Operating Points")
    def monitor(self) -> None:
        """At a quarter of the power and near all of it, 30 s after each change.

        Example: | Monitoring Is Read At Two Operating Points |
        """
        self.run(self._monitor())

    async def _monitor(self) -> None:
        async with self.rig.running() as der:
            ratings = (await der.nameplate()).ratings
            accuracy, rating = self.power_accuracy(ratings), told(ratings.active_power_w, "its active power")
            nominal_v = self.access.nominal_v
            for name, share in _POINTS:
                await self.rig.sun(share * rating / (1.2 * rating))
                await self.rig.wait(_WAIT_S)
                seen, told_ = await self.rig.generated(), await der.measurements()
                for what, value, unit, true, uncertainty, band in (
                    ("active power", told_.active_power_w, "W", seen.active_w, seen.active_u, accuracy),
                    ("reactive power", told_.reactive_power_var, "var", seen.reactive_var, seen.reactive_u, accuracy),
                    ("voltage", told_.voltage_v, "V", seen.voltage_v, 5e-4 * nominal_v, VOLTAGE_PU * nominal_v),
                    ("frequency", told_.frequency_hz, "Hz", seen.frequency_hz, 1e-3, FREQUENCY_HZ),
                ):
                    self._record_told(f"{what} at point {name}", value, unit, uncertainty, around(true, band, 1.0))

    def _record_told(self, what: str, value: float | None, unit: str, uncertainty: float, band: Band) -> None:
        if value is None:
            self.recorder.could_not_look(MONITORED, f"the DER does not tell {what}")
            return
        self._record(MONITORED, value, unit, uncertainty, band, what)

    @keyword("What Is Monitored Is What The Instruments See")
    def monitoring_is_right(self) -> None:
        """Within the accuracy that IEEE 1547-2018, table 3, asks of a DER.

        Example: | What Is Monitored Is What The Instruments See |
        """
        self.in_band("what is monitored is what the instruments see", MONITORED)


async def _configure(der: DerCalls, before: Ratings, share: float) -> None:
    """Those ratings that are configured here, times ``share``, in an order in which none is ever above the one that
    bounds it; the others stay as they are."""
    for names in _CONFIGURED if share < 1.0 else reversed(_CONFIGURED):
        wanted = {name: share * value for name in names if (value := getattr(before, name)) is not None}
        await der.configure(replace(Ratings(), **wanted))
