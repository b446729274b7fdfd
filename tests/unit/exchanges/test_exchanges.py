"""What the installed exchanges are for, and where the witness sees a switch."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bench.catalogue.load import load_catalogue
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.office_exchange import OfficeExchange
from bench.exchanges.registry import NoExchangeError, exchange_for, installed_exchanges
from bench.exchanges.witness import NoInstrumentError, Wiring
from bench.keywords.implemented import implemented
from drivers.scpi.measurement import InstrumentIdentity, Measurement

PROCESSES = ("3.1.1", "3.1.2", "3.4.1", "3.4.2", "3.4.3", "3.4.4", "3.4.5", "3.4.6")
ROWS = [row for process in PROCESSES for row in load_catalogue().rows_of(process)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_printed_row_has_an_exchange_that_does_what_the_row_says(row: Any) -> None:
    (link,) = [link for link in row.links if (row.id, link) in installed_exchanges()]
    exchange = exchange_for(row.id, link)
    assert exchange.predicates == {str(predicate) for predicate in row.predicates}
    assert issubclass(exchange, DlmsExchange if link == "dlms" else OfficeExchange)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_printed_row_has_a_functional_test(row: Any) -> None:
    assert (row.process, row.id, "functional") in implemented().functional


def test_a_row_without_an_exchange_says_so() -> None:
    with pytest.raises(NoExchangeError, match=r"3\.3\.1"):
        exchange_for("3.3.1/AMI-28/HE-Meter", "dlms")


def message_of(row: str) -> str:
    """What tells the message of a row from that of others of its class."""
    link = "dlms" if "AMI-28" in row or "AMI-39" in row else "office_https"
    exchange = object.__new__(exchange_for(row, link))
    exchange.row = load_catalogue().row(row)
    return exchange.message


def test_rows_that_send_the_same_command_say_so() -> None:
    over_network = message_of("3.4.3/AMI-28/HE-Meter")
    assert message_of("3.4.4/AMI-28/HE-Meter") == message_of("3.4.5/AMI-28/HE-Meter") == over_network
    assert message_of("3.4.4/AMI-39/Crew-Meter/d1") != over_network


def test_rows_whose_orders_say_what_they_are_for_do_not() -> None:
    assert message_of("3.4.3/AMI-25/CIS-HE") != message_of("3.4.4/AMI-25/CIS-HE")


# -- witness ---------------------------------------------------------------------------------------------------------


class Instruments:
    """A station with these instruments at meter1, each with one reading."""

    def __init__(self, **readings: tuple[str, float, str, float]) -> None:
        identity = InstrumentIdentity("A", "B", "1")
        self._readings = {
            name: Measurement(value, unit, u, 0.0, identity) for name, (_, value, unit, u) in readings.items()
        }
        seat = SimpleNamespace(table=SimpleNamespace(service_point="house"))
        tables = {name: SimpleNamespace(kind=kind, wired_to=("house",)) for name, (kind, *_rest) in readings.items()}
        self.lab = SimpleNamespace(instruments=tables, seat=lambda _name: seat)

    async def instrument(self, name: str) -> Any:
        async def read() -> Measurement:
            return self._readings[name]

        return SimpleNamespace(current=read, voltage=read)


def wiring(**readings: tuple[str, float, str, float]) -> Wiring:
    return Wiring(Instruments(**readings), "meter1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("current", "u", "closed"),
    [(4.3, 0.002, True), (0.0, 1e-5, False), (0.0099, 0.001, None), (0.011, 0.001, None), (0.013, 0.001, True)],
)
async def test_a_current_within_its_uncertainty_of_the_limit_tells_nothing(
    current: float, u: float, closed: bool | None
) -> None:
    contact = await wiring(a=("power_analyser", current, "A", u)).contact(230.0)
    assert contact.closed is closed


async def test_the_current_counts_where_a_back_feed_makes_the_load_side_live() -> None:
    both = wiring(a=("power_analyser", 0.0, "A", 1e-5), m=("multimeter", 115.0, "V", 0.1))
    contact = await both.contact(230.0)
    assert contact.closed is False
    assert "115 V" in contact.detail


async def test_without_an_analyser_the_voltage_behind_the_switch_counts() -> None:
    assert (await wiring(m=("multimeter", 229.0, "V", 0.1)).contact(230.0)).closed is True
    assert (await wiring(m=("multimeter", 0.0, "V", 0.1)).contact(230.0)).closed is False


async def test_without_a_witness_nobody_can_tell() -> None:
    contact = await wiring(s=("ac_source", 230.0, "V", 0.1)).contact(230.0)
    assert contact.closed is None
    assert "meter1" in contact.detail


async def test_an_instrument_that_is_not_wired_is_named() -> None:
    with pytest.raises(NoInstrumentError, match="electronic load is wired to meter1"):
        await wiring().load()
