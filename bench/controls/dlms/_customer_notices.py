"""What the meter under test tells the customer's system at its consumer port."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench.access.consumer import customer_ems
from bench.access.dlms import DlmsAccess
from bench.access.dlms_clients import ClientsError
from bench.controls.customer_notices import CustomerNotices
from bench.controls.dlms._row import exchange_of
from bench.exchanges.dlms_exchange import CONSUMER, CUSTOMER_INTERFACE

if TYPE_CHECKING:
    from bench.controls.trial import Trial


def customer_notices(trial: Trial) -> CustomerNotices | None:
    """The notices to the customer; None on a row of another interface, and where the device file declares none."""
    if trial.row.interface != CUSTOMER_INTERFACE:
        return None
    meter = DlmsAccess(trial.station, trial.seat)
    if CONSUMER not in meter.clients or not meter.pixit("consumer"):
        return None
    try:
        return CustomerNotices(trial, meter, partial(customer_ems, exchange_of(trial).access))
    except ClientsError:
        return None
