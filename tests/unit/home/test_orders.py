"""Several controls at once: what a device is to do of them."""

from __future__ import annotations

from drivers.sep2.der import DERControlBase, DERCurve, FixedVar, FreqDroop
from drivers.sep2.events import Link
from drivers.sep2.vocabulary import DeviceCategory
from fixtures.home.actuators import DerOrder
from fixtures.home.orders import limited, merged

DROOP = FreqDroop(db_over=36, db_under=36, k_over=50, k_under=50, open_loop=500)


def curve(href: str) -> DERCurve:
    return DERCurve(href=href, mrid=bytes(16), created=1, kind=11, x_multiplier=0, y_multiplier=0, y_reference=2)


def test_modes_of_different_controls_hold_together() -> None:
    whole = merged([DerOrder(DERControlBase(max_lim_w=4000)), DerOrder(DERControlBase(freq_droop=DROOP))])
    assert whole is not None
    assert whole.base == DERControlBase(max_lim_w=4000, freq_droop=DROOP)


def test_of_the_same_mode_the_first_control_s_holds() -> None:
    whole = merged([DerOrder(DERControlBase(max_lim_w=4000)), DerOrder(DERControlBase(max_lim_w=2000, connect=True))])
    assert whole is not None
    assert whole.base == DERControlBase(max_lim_w=4000, connect=True)


def test_of_the_modes_of_reactive_power_one_holds() -> None:
    first = DerOrder(DERControlBase(fixed_var=FixedVar(reference=2, value=5000)))
    second = DerOrder(DERControlBase(volt_var=Link(href="/derp/1/dc/1")), (curve("/derp/1/dc/1"),))
    whole = merged([first, second])
    assert whole is not None
    assert whole.base == first.base


def test_no_control_asks_nothing() -> None:
    assert merged([]) is None


def test_a_share_at_the_point_of_connection_lowers_a_limit_and_never_lifts_it() -> None:
    assert limited(None, 0.25).base == DERControlBase(max_lim_w=2500)
    assert limited(DerOrder(DERControlBase(max_lim_w=4000, freq_droop=DROOP)), 0.25).base.max_lim_w == 2500
    assert limited(DerOrder(DERControlBase(max_lim_w=1000)), 0.25).base.max_lim_w == 1000


def test_a_control_names_a_curve_by_its_address() -> None:
    order = DerOrder(DERControlBase(), (curve("/derp/1/dc/1"), curve("/derp/1/dc/2")))
    found = order.curve(Link(href="/derp/1/dc/2"))
    assert found is not None
    assert found.href == "/derp/1/dc/2"
    assert order.curve(Link(href="/derp/2/dc/2")) is None
    assert order.curve(None) is None


def test_a_control_for_a_category_concerns_no_other() -> None:
    order = DerOrder(DERControlBase(max_lim_w=4000), category=int(DeviceCategory.OTHER_STORAGE))
    assert order.concerns(DeviceCategory.OTHER_STORAGE)
    assert not order.concerns(DeviceCategory.PHOTOVOLTAIC_SYSTEM)
    assert DerOrder(DERControlBase()).concerns(DeviceCategory.PHOTOVOLTAIC_SYSTEM)
