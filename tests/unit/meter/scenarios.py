"""Scenes of a meter's life, each of which returns what was seen of it, aspect by aspect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from drivers.dlms.data import encode_data
from drivers.dlms.datetimes import Date, Time
from fixtures.meter.cosem import ClientContext
from fixtures.meter.model.control_modes import Trigger
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.firmware import parse_version
from fixtures.meter.model.image import TransferRefusedError
from fixtures.meter.model.limiter import EmergencyProfile
from fixtures.meter.model.push import Notification, PushSetup
from fixtures.meter.objects.rights import Role, rights_of
from fixtures.meter.objects.table import MeterObjects

from .conftest import START, VENDOR, MeterOnBench

Seen = dict[str, object]
READER = ClientContext(client_sap=2, authenticated=True)
MANAGEMENT = 1


def entries(bench: MeterOnBench, log: Log) -> list[tuple[float, int, int]]:
    """Time, code and outcome of what was logged. The originators are an aspect of their own."""
    return [(entry.at, entry.code, entry.outcome) for entry in bench.meter.logs[log].written()]


def originators(bench: MeterOnBench) -> list[tuple[int, int]]:
    return [(entry.code, entry.originator) for log in Log for entry in bench.meter.logs[log].written()]


def rows(bench: MeterOnBench) -> list[object]:
    return list(bench.meter.load_profile.store.rows())


async def metering(*faults: str) -> Seen:
    """Import, export, both over some hours."""
    bench = MeterOnBench(*faults)
    bench.load(2000.0, 400.0)
    await bench.wait(hours=2, minutes=20)
    bench.load(-1500.0, -200.0)
    await bench.wait(hours=1)
    reading = bench.meter.metrology.reading()
    counts = bench.meter.metrology.counts()
    dump = MeterObjects(bench.meter)
    scalers = {name: encode_data(found.get(3, None, READER)) for name in dump if (found := dump[name]).class_id == 3}
    return {
        "active energy": counts[:2],
        "reactive energy": counts[2:],
        "the moment": reading,
        "row times": [row.at for row in bench.meter.load_profile.store.rows()],
        "row status": {row.status for row in bench.meter.load_profile.store.rows()},
        "scalers": scalers,
    }


async def clock(*faults: str) -> Seen:
    """Set by an hour, then lost in a long cut."""
    bench = MeterOnBench(*faults, clock_reserve_s=600.0)
    await bench.wait(minutes=5)
    bench.meter.set_clock(bench.meter.rtc.now() + 3600, MANAGEMENT)
    await bench.wait(minutes=20)
    seen: Seen = {"log of the step": entries(bench, Log.STANDARD), "who set it": originators(bench)}
    seen["status of the row"] = bench.meter.load_profile.store.written()[0].status
    await bench.outage(3600)
    seen["time"] = bench.meter.rtc.now()
    seen["invalid"] = bench.meter.rtc.invalid
    return seen


async def outage(*faults: str) -> Seen:
    """A cut in the middle of intervals, with a load, an open switch and a log entry before it."""
    bench = MeterOnBench(*faults)
    bench.load(1000.0)
    await bench.wait(minutes=20)
    bench.meter.recorder.record(EventCode.COVER_OPENED)
    bench.meter.switch.request(Trigger.REMOTE_DISCONNECT, MANAGEMENT)
    await bench.wait(minutes=3)
    moves: list[bool] = []
    bench.point.listen(lambda what: moves.append(bench.point.contact_closed) if what.value == "switch" else None)
    before = bench.meter.metrology.counts()
    await bench.outage(2400)
    after = bench.meter.metrology.counts()
    await bench.wait(minutes=20)
    return {
        "registers keep": after >= before,
        "fraud log": entries(bench, Log.FRAUD),
        "switch log": entries(bench, Log.SWITCH),
        "supply in the log": [code for _, code, _ in entries(bench, Log.STANDARD)],
        "contact moves": moves,
        "contact at the end": bench.point.contact_closed,
        "row times": [row.at for row in bench.meter.load_profile.store.written()],
        "row status": [row.status for row in bench.meter.load_profile.store.written()][-2:],
        "runs": bench.meter.running,
    }


async def brown_out(*faults: str) -> Seen:
    """The supply sags, and comes back."""
    bench = MeterOnBench(*faults)
    for voltage_v in (230.0, 120.0, 60.0, 230.0):
        bench.plant.sources["grid"].set(voltage_v=voltage_v)
        await bench.wait(3)
    await bench.wait(60)
    return {"runs": bench.meter.running}


async def switching(*faults: str) -> Seen:
    """Disconnect, reconnect too soon, then in its time."""
    bench = MeterOnBench(*faults)
    switch = bench.meter.switch
    moves: list[tuple[float, bool]] = []
    said: list[tuple[bool, int]] = []

    def moved(what: object) -> None:
        if str(what) == "What.SWITCH":
            moves.append((bench.clock.now(), bench.point.contact_closed))

    bench.point.listen(moved)
    answers = []
    for trigger, pause in (
        (Trigger.REMOTE_DISCONNECT, 30.0),
        (Trigger.REMOTE_RECONNECT, 40.0),
        (Trigger.REMOTE_RECONNECT, 0.5),
    ):
        answers.append((switch.request(trigger, MANAGEMENT), switch.answer_after_s))
        await bench.wait(pause)
        said.append((switch.output_closed, switch.state))
    await bench.wait(5)
    return {
        "answers": answers,
        "moves": moves,
        "output and state": said,
        "log": [code for _, code, _ in entries(bench, Log.SWITCH)],
        "originators": originators(bench),
    }


async def modes(*faults: str) -> Seen:
    """A remote reconnect in a mode that wants the button."""
    bench = MeterOnBench(*faults, control_mode=3)
    bench.meter.switch.request(Trigger.REMOTE_DISCONNECT, MANAGEMENT)
    await bench.wait(70)
    bench.meter.switch.request(Trigger.REMOTE_RECONNECT, MANAGEMENT)
    await bench.wait(5)
    return {"state": bench.meter.switch.state, "contact": bench.point.contact_closed}


async def back_feed(*faults: str) -> Seen:
    """A reconnect with a live load side, which then goes dead."""
    bench = MeterOnBench(*faults)
    bench.meter.switch.request(Trigger.REMOTE_DISCONNECT, MANAGEMENT)
    await bench.wait(70)
    bench.back_feed(230.0)
    bench.meter.switch.request(Trigger.REMOTE_RECONNECT, MANAGEMENT)
    await bench.wait(5)
    live = bench.point.contact_closed
    bench.back_feed(0.0)
    await bench.wait(5)
    return {"closes when live": live, "closes later": bench.point.contact_closed and not live}


def _order(bench: MeterOnBench, moment: float) -> None:
    local = bench.meter.rtc.zone.local(moment)
    time = Time(local.hour, local.minute, local.second, 0).to_bytes()
    bench.meter.switch_schedule.set(((time, Date(local.year, local.month, local.day).to_bytes()),), MANAGEMENT)


async def schedules(*faults: str) -> Seen:
    """Orders in their time, cancelled before a reboot, jumped over, and after the clock was set back."""
    in_an_hour = (START + timedelta(hours=1)).timestamp()
    seen: Seen = {}
    bench = MeterOnBench(*faults)
    _order(bench, in_an_hour)
    await bench.wait(hours=1, seconds=100)
    seen["in its time"] = bench.point.contact_closed
    bench.meter.run_switch_script(2, MANAGEMENT)
    await bench.wait(70)
    bench.meter.set_clock(START.timestamp(), MANAGEMENT)
    await bench.wait(hours=2)
    seen["again after set-back"] = not bench.point.contact_closed
    bench = MeterOnBench(*faults)
    _order(bench, in_an_hour)
    bench.meter.switch_schedule.set((), MANAGEMENT)
    await bench.outage(60)
    await bench.wait(hours=2)
    seen["after cancel and reboot"] = bench.point.contact_closed
    bench = MeterOnBench(*faults)
    _order(bench, in_an_hour)
    bench.meter.set_clock(in_an_hour + 3600, MANAGEMENT)
    await bench.wait(5)
    seen["jumped over"] = bench.point.contact_closed
    return seen


async def logs(*faults: str) -> Seen:
    """Many cheap events after a tamper event; a log cleared by a client."""
    bench = MeterOnBench(*faults)
    bench.meter.recorder.record(EventCode.MAGNET_DETECTED)
    for _ in range(500):
        bench.meter.recorder.record(EventCode.LOGIN_FAILED, 4)
    codes = [entry.code for entry in bench.meter.logs[Log.FRAUD].entries()]
    bench.meter.recorder.clear(Log.SWITCH, MANAGEMENT)
    return {
        "the tamper event stays": EventCode.MAGNET_DETECTED in codes,
        "after clearing": [entry.code for entry in bench.meter.logs[Log.SWITCH].entries()],
        "who cleared": [entry.originator for entry in bench.meter.logs[Log.SWITCH].entries()],
    }


async def link_loss(*faults: str) -> Seen:
    """Intervals and a cover event while no client can come."""
    bench = MeterOnBench(*faults)
    bench.meter.backlog.session_ended(released=False)
    await bench.wait(hours=1)
    bench.point.open_cover(True)
    await bench.wait(hours=1, seconds=10)
    bench.meter.backlog.session_begun()
    return {
        "rows": len(bench.meter.load_profile.store.written()),
        "events": len(bench.meter.logs[Log.FRAUD].written()),
        "times": [row.at for row in bench.meter.load_profile.store.written()][-3:],
    }


async def image(*faults: str) -> Seen:
    """Each kind of image, and a cut during a transfer."""
    seen: Seen = {}
    for name, data in VENDOR.samples("AMB-1", parse_version("1.4.2"), size=300).items():
        bench = MeterOnBench(*faults)
        transfer = bench.meter.image
        transfer.initiate(b"x", len(data))
        for number in range(len(transfer.blocks)):
            transfer.put_block(number, data[number * transfer.block_size :][: transfer.block_size])
        transfer.verify(3)
        await bench.wait(5)
        try:
            transfer.activate(3)
        except TransferRefusedError:
            pass
        await bench.wait(60)
        seen[name] = transfer.version
    bench = MeterOnBench(*faults)
    bench.meter.image.initiate(b"x", 1000)
    await bench.outage(30)
    seen["cut in the transfer"] = bench.meter.running
    return seen


async def limits(*faults: str) -> Seen:
    """An emergency profile that ends."""
    bench = MeterOnBench(*faults, limiter_threshold_w=3000)
    bench.meter.limiter.set_emergency(EmergencyProfile(1, START.timestamp() + 60, 600), MANAGEMENT)
    await bench.wait(300)
    during = bench.meter.limiter.threshold
    await bench.wait(600)
    return {"during": during, "afterwards": bench.meter.limiter.threshold}


async def push(*faults: str) -> Seen:
    """A notification that is lost at first."""
    bench = MeterOnBench(*faults, push_destination="127.0.0.1:1")
    taken: list[int] = []
    answers = iter([False, *[True] * 50])

    def output(_setup: PushSetup, notification: Notification | None, done: Callable[[bool], None]) -> None:
        listening = next(answers)
        if listening and notification is not None:
            taken.append(notification.entry.code)
        done(listening)

    bench.meter.push.output = output
    bench.point.open_cover(True)
    await bench.wait(10)
    bench.point.apply_magnet(40.0)
    await bench.wait(3600)
    return {"lost at first": EventCode.COVER_OPENED in taken, "later ones": EventCode.MAGNET_DETECTED in taken}


async def rights(*faults: str) -> Seen:
    """What every role may do."""
    seen: Seen = {}
    for role in Role:
        view = rights_of(role, frozenset(faults))
        attributes = {(name, number): view.attribute(name, number) for name in view for number in range(1, 17)}
        methods = {(name, number): view.method(name, number) for name in view for number in range(1, 17)}
        seen[role.name] = (attributes, methods)
    return seen


SCENARIOS: dict[str, Callable[..., Awaitable[Seen]]] = {
    scenario.__name__: scenario
    for scenario in (
        metering,
        clock,
        outage,
        brown_out,
        switching,
        modes,
        back_feed,
        schedules,
        logs,
        link_loss,
        image,
        limits,
        push,
        rights,
    )
}
