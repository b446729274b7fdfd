"""The row that a trial is about, as its DLMS exchange.

A technique that asks nothing of a meter but what every meter can be asked (`bench.access.meter.MeterAccess`) serves an
ANSI meter's optical port as well: the packages of both links then have a probe with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bench.access.dlms import DlmsAccess
from bench.exchanges.c1218_exchange import C1218Exchange
from bench.exchanges.dlms.disconnect import Disconnect
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.dlms_kinds import DlmsSwitchCommand

if TYPE_CHECKING:
    from bench.controls.trial import Trial


def exchange_of(trial: Trial) -> DlmsExchange:
    """The row's exchange. Raises TypeError for one of another link, which the registry cannot have found."""
    if isinstance(trial.exchange, C1218Exchange):
        return cast(DlmsExchange, trial.exchange)
    if not isinstance(trial.exchange, DlmsExchange):
        raise TypeError(f"{trial.row.id} on {trial.link} has no DLMS exchange")
    return trial.exchange


def disconnect_beside(trial: Trial) -> bytes | None:
    """The command to open the switch, a plain APDU, on a row that gives no command itself; None on one that does."""
    if isinstance(exchange_of(trial).core, DlmsSwitchCommand):
        return None
    return Disconnect(trial.station, trial.seat, trial.row).request()


def access_of(trial: Trial) -> DlmsAccess:
    """How the bench reaches the meter under test."""
    return exchange_of(trial).access
