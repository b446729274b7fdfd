"""The row's data at the gateway's own server, and who tries to get at them; elsewhere the device serves nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from bench.access.sep2_member import Candidate
from bench.controls.attempts import attempt
from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.sep2_exchange import ToGateway
from drivers.cim.canonical import Request
from drivers.sep2.client import Sep2Client
from drivers.transport.tap import Direction

SHOWN = "documents of the row's data that a device of the home was shown"
GIVEN = "the row's data were given to who may not have them"
_TOLD_TO_ALL = ("/dcap", "/tm")
"""Where a server is found and what time it has: no data of the row's."""


def gateway_of(trial: Trial) -> ToGateway | None:
    """The row's exchange where the device is itself a server; else None, and that is on the record."""
    exchange = exchange_of(trial)
    if isinstance(exchange, ToGateway) and serves_home(trial):
        return exchange
    record_absent(trial, "the device's own server", "the device is a client only")
    return None


def serves_home(trial: Trial) -> bool:
    """Whether there is such a server."""
    exchange = exchange_of(trial)
    return isinstance(exchange, ToGateway) and bool(exchange.access.own_server)


async def shown_at_home(trial: Trial, gateway: ToGateway, what: str) -> list[str]:
    """Offer the row's signal; the addresses at which a device of the home then finds the row's data."""
    await gateway.prepare()
    await gateway.perform()
    paths = await shown_paths(gateway)
    trial.record.observe(SHOWN, len(paths), what=what)
    return paths


async def shown_paths(gateway: ToGateway) -> list[str]:
    """Where a device of the home finds the row's data now. Raises OfficeError, Sep2Error."""
    async with gateway.home.client(gateway.home_device) as client:
        return await read_by(gateway, client)


@asynccontextmanager
async def newcomer(trial: Trial, gateway: ToGateway) -> AsyncIterator[tuple[Candidate, Sep2Client, list[str]]]:
    """A device that has joined the home and read the row's data: itself, the connection that it has, and where it read.
    It is taken out at the end.
    """
    device = Candidate(gateway.access)
    await device.come_in()
    async with gateway.access.client(device.credential) as client:
        paths = await read_by(gateway, client)
        trial.record.observe(SHOWN, len(paths), what="a device that has joined")
        yield device, client, paths
    await device.take_out()


async def read_by(gateway: ToGateway, client: Sep2Client) -> list[str]:
    """Read the row's data as ``client``; the addresses of the documents that were read. Raises OfficeError,
    Sep2Error."""
    with client.message.capturing() as seen:
        await gateway.read_home(client)
    asked = [Request.from_bytes(one.data).path for one in seen if one.direction is Direction.OUT]
    return [path for path in dict.fromkeys(asked) if path.partition("?")[0] not in _TOLD_TO_ALL]


async def try_to_read(trial: Trial, client: Sep2Client, paths: Iterable[str], who: str, series: str = GIVEN) -> None:
    """Ask for each of these as ``client``, and record under ``series`` whether there was an answer with a content."""
    for path in paths:
        tried = await attempt(client.request("GET", path))
        given = tried.accepted and tried.value.status < 400 and bool(tried.value.body)
        trial.record.observe(series, given, what=f"{path}, {who}", answer=tried.text)


async def try_without_certificate(
    trial: Trial, gateway: ToGateway, paths: Iterable[str], who: str, series: str = GIVEN
) -> None:
    """Ask for each of these on a new connection, without a certificate."""
    async with gateway.access.client("trust") as client:
        await try_to_read(trial, client, paths, who, series)
