"""What the devices of a home do at a price, by the rule of its energy management."""

from __future__ import annotations

import pytest

from drivers.sep2.loads import EndDeviceControl
from drivers.sep2.vocabulary import DeviceCategory
from fixtures.home.actuators import DerOrder, share_of
from fixtures.home.prices import PriceRule

SWITCH, HEATER = DeviceCategory.LOAD_CONTROL_SWITCH, DeviceCategory.WATER_HEATER
STORAGE, SOLAR = DeviceCategory.OTHER_STORAGE, DeviceCategory.PHOTOVOLTAIC_SYSTEM


@pytest.mark.parametrize(
    ("price", "category", "share"),
    [
        (0.40, SWITCH, None),
        (0.41, SWITCH, 0.5),
        (1.19, SWITCH, 0.5),
        (1.20, SWITCH, 0.0),
        (0.79, HEATER, None),
        (0.80, HEATER, 0.0),
    ],
)
def test_loads_go_down_in_steps(price: float, category: DeviceCategory, share: float | None) -> None:
    order = PriceRule().order(price, category)
    assert (share_of(order, 1000.0) if isinstance(order, EndDeviceControl) else None) == share


def test_comfort_is_given_up_at_a_critical_price_only() -> None:
    orders = [PriceRule().order(price, HEATER) for price in (0.80, 1.20)]
    assert [order.mandatory for order in orders if isinstance(order, EndDeviceControl)] == [False, True]


@pytest.mark.parametrize(("price", "hundredths"), [(0.79, None), (0.80, 5_000), (1.20, 10_000)])
def test_a_storage_discharges(price: float, hundredths: int | None) -> None:
    order = PriceRule().order(price, STORAGE)
    assert (order.base.fixed_w if isinstance(order, DerOrder) else None) == hundredths


def test_the_sun_has_no_price() -> None:
    assert PriceRule().order(2.0, SOLAR) is None
