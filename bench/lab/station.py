"""A station in use: its clock, seats, fault box, instruments and secrets.

    async with Station(load_lab("lab_configs/emulated.toml")) as station:
        await station.fresh()
        transport = await station.open_transport("meter1", "dlms")
        await station.advance(900.0)
        await station.box.do("meter1", "cover", open=True)

Emulated seats are started through the keeper, real ones are opened where they are; both may be mixed. The keeper also
holds the leases of ports and instruments and their safe state, so that nothing is left alone if this process dies.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from bench.lab.channel import Channel, ChannelError, HostGoneError
from bench.lab.clock import SteppedClock
from bench.lab.config import Lab, LabSeat, UnknownSeatError
from bench.lab.deadlines import Deadline, Pauses
from bench.lab.errors import LabError
from bench.lab.fault_box import BenchFaultBox, FaultBox, PlantFaultBox, StationFaultBox
from bench.lab.faults import faults_by_seat
from bench.lab.keeper_client import KeeperClient
from bench.lab.kept import LeftOpen
from bench.lab.ledger import Ledger, open_ledger
from bench.lab.operator import NoOperator, Operator, TerminalOperator
from bench.lab.readings import InstrumentReadings
from bench.lab.secrets import SecretError, SecretRef, SecretStore
from bench.lab.station_plan import keeper_plan
from bench.lab.wear import CountingFaultBox, Wear
from drivers.clock import Clock, FreeClock
from drivers.scpi.declaration import make_instrument
from drivers.scpi.instrument import ScpiInstrument
from drivers.transport.base import Transport
from drivers.transport.urls import make_transport

if TYPE_CHECKING:
    from drivers.gatt.adapter import Adapter

_WORD_S = 2.0


class WaitTooLongError(LabError):
    """On real time the wait would exceed the run's allowance; the verdict is inconclusive."""


class LockedOutError(WaitTooLongError):
    """An earlier test or run has locked a client out of a real device, for longer than this run may wait."""


@dataclass(frozen=True)
class Endpoint:
    """Where a port of a seat is reached. ``settings`` are the transport's; ``profile`` how the link is carried."""

    seat: str
    port: str
    carries: str
    profile: str
    url: str
    settings: Mapping[str, Any] = field(default_factory=dict)


class Station:
    """One instance of ``lab``. ``directory`` is the run's; the hosts' logs go there.

    ``secrets`` is the store that learns every secret of the station; one of its own by default.
    """

    def __init__(
        self,
        lab: Lab,
        directory: Path | None = None,
        *,
        faults: Iterable[str] = (),
        allowance_s: float | None = None,
        secrets: SecretStore | None = None,
    ) -> None:
        self.lab = lab
        self.directory = directory
        self.allowance_s = lab.table.allowance_s if allowance_s is None else allowance_s
        self.secrets = secrets or SecretStore(repository=repository_of(lab.path))
        self.host_failures: dict[str, str] = {}
        self.fresh_at: float | None = None
        self._waited_s = 0.0
        self.left_open = LeftOpen()
        self._ending = asyncio.Event()
        self._faults = tuple(faults)
        self._keeper = KeeperClient(self._host_ended)
        self._channels: dict[str, Channel] = {}
        self._endpoints: dict[str, dict[str, str]] = {}
        self._instruments: dict[str, ScpiInstrument] = {}
        self.readings = InstrumentReadings(lab.instruments, self._instruments)
        self._ledgers: dict[str, Ledger] = {}
        self.wear = Wear(self.ledger)
        self._start(FreeClock())

    def _start(self, clock: Clock) -> None:
        self.clock: Clock = clock
        self.pauses = Pauses(clock)
        self.operator: Operator = TerminalOperator(self.pauses) if self.lab.table.fault_box.operator else NoOperator()
        real = BenchFaultBox(self.lab.table.fault_box.relays, self.operator)
        plant = PlantFaultBox({name: self._channel_of(name) for name in self._emulated()})
        boxes = {name: plant if seat.emulated else real for name, seat in self.lab.seats.items()}
        self.box: FaultBox = CountingFaultBox(StationFaultBox(boxes), self.wear)

    # -- opening and closing -------------------------------------------------------------------------------------

    @classmethod
    async def open(
        cls,
        lab: Lab,
        directory: Path | None = None,
        *,
        faults: Iterable[str] = (),
        secrets: SecretStore | None = None,
    ) -> Station:
        """A station, opened. Raises InUseError, KeeperError, HostStuckError, UnknownHostError."""
        station = cls(lab, directory, faults=faults, secrets=secrets)
        await station.__aenter__()
        return station

    async def __aenter__(self) -> Station:
        faults = faults_by_seat(self.lab, self._faults)
        run = f"{self.lab.name} ({self.directory or os.getcwd()})"
        plan = keeper_plan(self.lab, run, faults, self.directory.resolve() if self.directory else None)
        try:
            ready = await self._keeper.start(plan)
            for name, host in ready.hosts.items():
                self._endpoints.update(host["endpoints"])
                self.secrets.add_emulated(Path(host["secrets"]))
                channel = self._channels[name] = Channel(Path(host["control"]))
                await channel.open()
            self.secrets.learn(self._references())
            await self._start_clock()
        except BaseException:
            await self.close()
            raise
        return self

    def _references(self) -> Iterator[SecretRef]:
        """Every secret that a device file of this station names."""
        for name, seat in self.lab.seats.items():
            for reference in seat.device.secrets.values() if seat.device is not None else ():
                yield reference.for_seat(name)

    async def _start_clock(self) -> None:
        if self.lab.clock == "free":
            self._start(FreeClock())
            return
        (channel,) = self._channels.values()
        clock = SteppedClock(channel)
        await clock.refresh()
        self._start(clock)

    async def close(self) -> list[str]:
        """Safe state and the end of all that was started; what could not be made safe. Closing twice is fine."""
        await self.left_open.close()
        for instrument in self._instruments.values():
            await instrument.close()
        self._instruments.clear()
        for channel in self._channels.values():
            await channel.close()
        return await self._keeper.stop()

    async def __aexit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if error is not None:
            self.secrets.redact_error(error)
        await self.close()

    def _host_ended(self, host: str, text: str) -> None:
        self.host_failures[host] = text
        self._ending.set()

    async def _why_ended(self, host: str) -> str:
        """The keeper's word on a host whose channel has closed, which may come a moment later."""
        try:
            async with asyncio.timeout(_WORD_S):
                while host not in self.host_failures:
                    self._ending.clear()
                    await self._ending.wait()
        except TimeoutError:
            return ""
        return self.host_failures[host]

    # -- time and state ------------------------------------------------------------------------------------------

    async def fresh(self, faults: Iterable[str] = ()) -> None:
        """Emulated seats, plant and clock back to their start, with exactly these seeded faults (``ID``, ``ID@seat``).

        Connections that the test before left behind end. Real devices stay as they are. Raises HostGoneError, with the
        host's last words, when it has died.
        """
        self._waited_s = 0.0
        await self.left_open.close()
        by_seat = faults_by_seat(self.lab, faults)
        for name, channel in self._channels.items():
            own = {seat: list(ids) for seat, ids in by_seat.items() if self.lab.seat(seat).table.host == name}
            try:
                await channel.request("fresh", faults=own)
            except HostGoneError as error:
                raise HostGoneError(await self._why_ended(name) or str(error)) from error
        for seat in [seat for seat in self._ledgers if self.lab.seat(seat).emulated]:
            self._ledgers.pop(seat).path.unlink(missing_ok=True)
        self.wear.forget_switches()
        self.fresh_at = self.clock.now()

    async def look_at_hosts(self) -> None:
        """Raises HostGoneError, with the host's last words, when an emulation host of this station has died."""
        for name, channel in self._channels.items():
            try:
                await channel.request("now")
            except HostGoneError as error:
                raise HostGoneError(await self._why_ended(name) or str(error)) from error

    async def advance(self, seconds: float) -> None:
        """Let ``seconds`` of station time pass.

        Raises WaitTooLongError on a free clock when the waits since the last `fresh` state exceed the allowance.
        """
        if self.clock.mode == "free":
            self._take_from_allowance(seconds)
        await self.clock.sleep_until(self.clock.now() + seconds)

    async def outlast_lock_out(self, seat: str, who: str) -> None:
        """Let a lock-out of client ``who`` of a real device pass that an earlier test or run has left behind.

        Raises LockedOutError when that takes longer than the run's allowance.
        """
        until = 0.0 if self.lab.seat(seat).emulated else self.wear.locked_until(seat, who)
        if until <= self.clock.now():
            return
        try:
            await self.advance(until - self.clock.now())
        except WaitTooLongError as error:
            when = datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
            text = f"client {who} of {seat} is locked out until {when} by an earlier test; run again then ({error})"
            raise LockedOutError(text) from None

    def deadline(self, seconds: float) -> Deadline:
        """A deadline on the station clock that stands still while an operator is asked."""
        return Deadline(self.clock, seconds, self.pauses)

    async def power(self, seat: str, on: bool) -> None:
        """Switch a device's supply: in emulation at the device, else by the fault box (``mains``)."""
        if self.lab.seat(seat).emulated:
            await self._channel_of(seat).request("power", seat=seat, on=on)
            self.wear.acted("mains")
        else:
            await self.box.do(seat, "mains", on=on)

    async def make_safe(self) -> list[str]:
        """Loads off, sources at zero, relays as found, now; what could not be made safe."""
        return await self._keeper.make_safe()

    # -- seats ---------------------------------------------------------------------------------------------------

    def seat(self, name: str) -> LabSeat:
        """The seat with its device. Raises UnknownSeatError."""
        return self.lab.seat(name)

    def endpoint(self, seat: str, link: str = "", profile: str = "") -> Endpoint:
        """Where ``seat`` is reached: at the port named ``link``, or at the first that carries it (with ``profile``).

        Without ``link`` it is the seat's first port. The URL is empty where a real device calls the bench. Raises
        UnknownSeatError.
        """
        seated = self.lab.seat(seat)
        port = seated.port(link, profile) if link else next(iter(seated.links), "")
        if not port:
            raise UnknownSeatError(f"seat {seat} has no ports")
        table = seated.links[port]
        url = self._emulated_url(seat, table.endpoint or port) if seated.emulated else table.url
        return Endpoint(seat, port, table.carries, table.profile, url, table.settings)

    def transport(self, seat: str, link: str = "", profile: str = "", **settings: Any) -> Transport:
        """A transport to `endpoint`, not yet open; ``settings`` go before those of the lab config."""
        endpoint = self.endpoint(seat, link, profile)
        counted = self.lab.seat(seat).emulated and self.lab.clock == "stepped"
        given = {**endpoint.settings, **settings}
        if endpoint.url.startswith(("serial:", "tcp:")):
            given["counted"] = counted
        made = make_transport(endpoint.url, self.clock, **given)
        self.left_open.note(made)
        return made

    def bluetooth(self, seat: str, link: str = "ble") -> Adapter:
        """A Bluetooth adapter for the device in ``seat``, not yet open."""
        from drivers.gatt.adapter import open_adapter

        made = open_adapter(self.endpoint(seat, link).url, self.clock)
        self.left_open.note(made)
        return made

    async def open_transport(self, seat: str, link: str = "", profile: str = "", **settings: Any) -> Transport:
        """A transport to `endpoint`, open. Raises CannotOpenError."""
        transport = self.transport(seat, link, profile, **settings)
        await transport.open()
        return transport

    def secret(self, seat: str, name: str) -> bytes:
        """A secret of the device in ``seat``: the ledger's current one after a rotation, else the device file's.

        Raises SecretError, UnknownSeatError.
        """
        current = self.ledger(seat).key(name)
        if current is not None:
            return current
        device = self.lab.seat(seat).device
        if device is None or name not in device.secrets:
            raise SecretError(f"the device in seat {seat} names no secret {name!r}")
        return self.secrets.resolve(device.secrets[name].for_seat(seat)).reveal()

    def ledger(self, seat: str) -> Ledger:
        """The ledger of the device in ``seat``. Raises LedgerError."""
        if seat not in self._ledgers:
            seated = self.lab.seat(seat)
            serial = seated.device.identity.serial if seated.device is not None else ""
            self._ledgers[seat] = open_ledger(
                serial or seat,
                self._ledger_folder(seated),
                self.secrets.remember,
                outlives_machine=not seated.emulated,
            )
        return self._ledgers[seat]

    def instrument_table(self, name: str) -> dict[str, Any]:
        """The declaration of an instrument at its resource, for `drivers.scpi.declaration.make_instrument`."""
        table = self.lab.instruments.get(name)
        if table is None:
            raise UnknownSeatError(f"no instrument {name!r}; there are {', '.join(self.lab.instruments) or 'none'}")
        return table.declaration(table.resource or self._emulated_url(table.seat, table.endpoint))

    async def instrument(self, name: str) -> ScpiInstrument:
        """The driver of an instrument, open; the same one each time, closed with the station."""
        if name not in self._instruments:
            instrument = make_instrument(name, self.instrument_table(name), self.clock)
            await instrument.open()
            self._instruments[name] = instrument
        return self._instruments[name]

    # -- inside --------------------------------------------------------------------------------------------------

    def _take_from_allowance(self, seconds: float) -> None:
        waited = self._waited_s
        if waited + seconds > self.allowance_s:
            before = f" after {waited:g} s of waiting" if waited else ""
            allowed = f"the run's allowance of {self.allowance_s:g} s"
            raise WaitTooLongError(f"waiting {seconds:g} s{before} exceeds {allowed}")
        self._waited_s += max(0.0, seconds)

    def _emulated(self) -> list[str]:
        return [name for name, seat in self.lab.seats.items() if seat.emulated and seat.table.host in self._channels]

    def _channel_of(self, seat: str) -> Channel:
        try:
            return self._channels[self.lab.seat(seat).table.host]
        except KeyError:
            raise ChannelError(f"the host of seat {seat} is not running") from None

    def _emulated_url(self, seat: str, endpoint: str) -> str:
        published = self._endpoints.get(seat, {})
        if endpoint not in published:
            there = ", ".join(published) or "none"
            raise UnknownSeatError(f"the emulated seat {seat} publishes no endpoint {endpoint!r}; there are {there}")
        return published[endpoint]

    def _ledger_folder(self, seat: LabSeat) -> Path | None:
        if seat.emulated:
            return Path(self._keeper.ready.scratch) / "ledger"  # not in the run's folder: its key lies beside it
        given = self.lab.table.ledger.directory
        return self.lab.path.parent / given if given else None


def repository_of(path: Path) -> Path | None:
    """The work tree in which the lab config lies, if it lies in one."""
    return next((folder for folder in path.resolve().parents if (folder / ".git").exists()), None)
