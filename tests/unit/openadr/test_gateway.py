"""What the gateway makes of OpenADR: the signals that it knows, one event on two ways, and what it leaves alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from drivers.openadr.events import Event, Interval, Signal, Target
from drivers.openadr.vocabulary import DeviceClass, ResponseCode, SignalName, SignalType
from drivers.sep2.der import DERControl
from drivers.sep2.loads import EndDeviceControl
from drivers.sep2.programs import ProgramKind
from drivers.sep2.resources import ResourceServer
from drivers.sep2.server import Sep2Server
from drivers.sep2.tls import server_context
from fixtures.faults import Faults
from fixtures.home.oadr import Maker, RefusedEventError, mrid_of, program_of, translate
from tests.unit.openadr.chain import oadr_home
from tests.unit.openadr.parties import price_event

MAKER = Maker(5000.0, Faults())
_MRID = "0102030405060708090A0B0C00007ED9"


def event_of(name: SignalName, kind: SignalType, level: float, *devices: str) -> Event:
    target = Target(devices=devices) if devices else None
    interval = Interval(duration=3600, number="0", level=level)
    signal = Signal(name=name, kind=kind, signal_id="0", intervals=(interval,), target=target)
    return price_event(signals=(signal,))


@pytest.mark.parametrize(("level", "percent"), [(1.0, 2500), (2.0, 5000)])
def test_a_simple_level_is_a_share_to_shed(level: float, percent: int) -> None:
    (made,) = translate(event_of(SignalName.SIMPLE, SignalType.LEVEL, level), MAKER).events
    assert isinstance(made, EndDeviceControl)
    assert made.offset is not None
    assert made.offset.load == percent
    assert not made.mandatory


def test_the_highest_level_is_the_scram() -> None:
    (made,) = translate(event_of(SignalName.SIMPLE, SignalType.LEVEL, 3.0), MAKER).events
    assert isinstance(made, EndDeviceControl)
    assert made.duty_cycle is not None
    assert (made.duty_cycle.normal, made.mandatory) == (0, True)


def test_a_level_of_nothing_asks_for_nothing() -> None:
    assert translate(event_of(SignalName.SIMPLE, SignalType.LEVEL, 0.0), MAKER).events == ()


def test_a_per_cent_offset_is_taken_from_the_whole() -> None:
    signal = event_of(SignalName.LOAD_CONTROL, SignalType.PERCENT_OFFSET, -30.0, str(DeviceClass.LOAD_SWITCH))
    (made,) = translate(signal, MAKER).events
    assert isinstance(made, EndDeviceControl)
    assert made.offset is not None
    assert made.offset.load == 3000


def test_a_capacity_for_generation_is_a_limit() -> None:
    signal = event_of(SignalName.LOAD_CONTROL, SignalType.CAPACITY, 0.25, str(DeviceClass.GENERATION))
    (made,) = translate(signal, MAKER).events
    assert isinstance(made, DERControl)
    assert made.base.max_lim_w == 2500


@pytest.mark.parametrize(("share", "fixed_w"), [(0.5, -5000), (-0.5, 5000)])
def test_a_capacity_for_a_vehicle_is_its_power_where_charging_is_managed(share: float, fixed_w: int) -> None:
    signal = event_of(SignalName.LOAD_CONTROL, SignalType.CAPACITY, share, str(DeviceClass.VEHICLE))
    (made,) = translate(signal, dataclasses.replace(MAKER, charges=True)).events
    assert isinstance(made, DERControl)
    assert made.base.fixed_w == fixed_w


def test_a_vehicle_is_a_load_where_charging_is_not_managed() -> None:
    signal = event_of(SignalName.LOAD_CONTROL, SignalType.CAPACITY, 0.5, str(DeviceClass.VEHICLE))
    (made,) = translate(signal, MAKER).events
    assert isinstance(made, EndDeviceControl)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (event_of(SignalName.LOAD_CONTROL, SignalType.LOAD_SETPOINT, 21.0), ResponseCode.SIGNAL_NOT_SUPPORTED),
        (event_of(SignalName.SIMPLE, SignalType.LEVEL, 1.5), ResponseCode.INVALID_DATA),
        (event_of(SignalName.LOAD_CONTROL, SignalType.CAPACITY, 0.5, "Sauna"), ResponseCode.TARGET_MISMATCH),
        (event_of(SignalName.LOAD_CONTROL, SignalType.CAPACITY, -0.5), ResponseCode.INVALID_DATA),
        (dataclasses.replace(price_event(), duration=1800), ResponseCode.INVALID_DATA),
        (dataclasses.replace(price_event(), duration=-5), ResponseCode.INVALID_DATA),
    ],
)
def test_what_cannot_be_followed_is_refused_with_its_reason(event: Event, code: ResponseCode) -> None:
    with pytest.raises(RefusedEventError) as refused:
        translate(event, MAKER)
    assert refused.value.code == code


def test_a_price_keeps_its_currency_and_its_fineness() -> None:
    event = price_event(level=0.012345)
    made = translate(event, MAKER)
    offer = program_of("vtn", event, made)
    assert offer.currency == 978
    assert round(offer.prices[made.events[0].mrid] * 10.0**-offer.multiplier) == 12345


def test_an_event_that_is_named_by_an_mrid_keeps_it() -> None:
    event = price_event(_MRID)
    assert mrid_of(event) == bytes.fromhex(_MRID)
    assert mrid_of(dataclasses.replace(event, modification=1)) != bytes.fromhex(_MRID)
    assert mrid_of(event, 1) != bytes.fromhex(_MRID)


def test_events_of_other_names_have_mrids_of_their_own() -> None:
    names = [mrid_of(price_event(name)) for name in ("a", "b", "0012", "12")]
    assert len(set(names)) == 4
    assert all(len(one) == 16 for one in names)


async def test_a_signal_that_comes_by_both_ways_is_one(tmp_path: Path) -> None:
    async with oadr_home(tmp_path) as made:
        headend = ResourceServer(made.clock.now, poll_rate_s=30)
        headend.register(made.pki.lfdi("esi"), made.pki.pin("esi"))
        port = Sep2Server(headend.handle)
        port.open(server_context(made.pki.credential("headend")))
        made.esi.set_server("headend", port.url)
        try:
            event = made.shed(0.5)
            made.program(ProgramKind.LOAD).put(event, made.clock.now())
            headend.add_program(ProgramKind.LOAD, made.mrid(), 2).put(event, made.clock.now())
            await made.after(120.0)
            assert made.drawn_w == pytest.approx(-3000.0)
            assert made.told(event.mrid) == [1]
            by_headend = [one.response.status for one in headend.answers(event.mrid)]
            assert by_headend[:1] == [1]
            listed = [program.events for program in made.esi._resources.programs if event.mrid in program.events]
            assert len(listed) == 1
        finally:
            port.release()


async def test_a_vtn_with_another_certificate_is_told_nothing(tmp_path: Path) -> None:
    async with oadr_home(tmp_path) as made:
        made.port.shut()
        made.port.open(server_context(made.pki.credential("stranger")))
        event = made.shed(0.5)
        made.program(ProgramKind.LOAD).put(event, made.clock.now())
        await made.after(120.0)
        assert made.told(event.mrid) == []
        assert made.drawn_w == pytest.approx(-2000.0)
