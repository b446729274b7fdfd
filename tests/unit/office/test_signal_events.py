"""Signals of office systems as events of 2030.5: whom they name, and in which words they ask for less load."""

from __future__ import annotations

import pytest

from drivers.cim.signals import Signal, SignalKind
from drivers.sep2.loads import EndDeviceControl
from fixtures.office.signal_events import event_of, names_devices

MRID = "00" * 16
NOW = 1_767_571_200


def control(**more: object) -> EndDeviceControl:
    signal = Signal(kind=SignalKind.LOAD, homes=("esi",), duration=600, signal=MRID, **more)  # type: ignore[arg-type]
    event = event_of(signal, float(NOW), NOW)
    assert isinstance(event, EndDeviceControl)
    return event


def test_a_signal_that_names_no_device_is_for_all_loads() -> None:
    assert control(share=0.5).category == b"\x00\x03\x3f\xff"


def test_devices_are_named_by_their_categories() -> None:
    assert control(share=0.5, devices=("water_heater", "pool_pump")).category == b"\x00\x00\x00\x18"


@pytest.mark.parametrize(("devices", "known"), [(("sauna",), True), (("toaster",), False), (("Sauna",), False)])
def test_only_categories_that_there_are_can_be_named(devices: tuple[str, ...], known: bool) -> None:
    signal = Signal(kind=SignalKind.LOAD, homes=("esi",), duration=600, devices=devices, share=0.5)
    assert names_devices(signal) is known


def test_cycles_are_asked_for_by_their_duty() -> None:
    asked = control(duty=0.25)
    assert asked.duty_cycle is not None
    assert (asked.duty_cycle.normal, asked.offset) == (25, None)


def test_a_load_that_is_to_store_first_is_shifted_forward() -> None:
    assert control(share=1.0, ahead=True).shift_forward
