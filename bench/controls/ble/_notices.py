"""What the meter behind the display under test tells the customer's system."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench.access.ble_customer import ble_customer
from bench.access.dlms import DlmsAccess
from bench.access.dlms_clients import ClientsError
from bench.controls.customer_notices import CustomerNotices
from bench.exchanges.ble.account import MetersDisplay
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.meters import meter_seat

if TYPE_CHECKING:
    from bench.controls.trial import Trial

NOBODY = "no meter is in the lab config that could be had to tell something, over DLMS"


def customer_notices(trial: Trial) -> CustomerNotices | None:
    """The notices; None on a row without any, and on a station without the meter that has them."""
    if not isinstance(trial.exchange, MetersDisplay):
        return None
    seat = meter_seat(trial.station)
    if not trial.station.lab.seat(seat).speaks(DlmsExchange.link):
        return None
    try:
        return CustomerNotices(trial, DlmsAccess(trial.station, seat), partial(ble_customer, trial.exchange.access))
    except ClientsError:
        return None
