"""A CSMS and a charge point written from the documentation of the package ``ocpp`` (mobilityhouse), on ``websockets``.

Nothing of this project's own OCPP is used here: these are the peers that it is held to.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import websockets
from ocpp import v16, v21, v201
from ocpp.routing import on
from websockets.asyncio.server import ServerConnection, basic_auth, serve

NOW = "2026-01-05T00:00:00Z"


class Told:
    """What a peer was told: actions with their arguments, in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._news = asyncio.Event()

    def note(self, action: str, arguments: dict[str, Any]) -> None:
        """Something came."""
        self.calls.append((action, arguments))
        self._news.set()

    async def until(self, action: str, **wanted: Any) -> dict[str, Any]:
        """The first call of an action with these arguments; TimeoutError where none comes."""
        async with asyncio.timeout(10.0):
            while True:
                for name, arguments in self.calls:
                    if name == action and wanted.items() <= arguments.items():
                        return arguments
                self._news.clear()
                await self._news.wait()


class Csms16(v16.ChargePoint):
    """A central system for one charge point."""

    def __init__(self, identity: str, connection: Any, told: Told) -> None:
        super().__init__(identity, connection)
        self.told = told

    @on("BootNotification")
    def boot(self, **arguments: Any) -> Any:
        self.told.note("BootNotification", arguments)
        return v16.call_result.BootNotification(current_time=NOW, interval=300, status="Accepted")

    @on("StatusNotification")
    def status(self, **arguments: Any) -> Any:
        self.told.note("StatusNotification", arguments)
        return v16.call_result.StatusNotification()

    @on("SecurityEventNotification")
    def security(self, **arguments: Any) -> Any:
        self.told.note("SecurityEventNotification", arguments)
        return v16.call_result.SecurityEventNotification()

    @on("StartTransaction")
    def start_transaction(self, **arguments: Any) -> Any:
        self.told.note("StartTransaction", arguments)
        return v16.call_result.StartTransaction(transaction_id=7, id_tag_info={"status": "Accepted"})

    @on("StopTransaction")
    def stop_transaction(self, **arguments: Any) -> Any:
        self.told.note("StopTransaction", arguments)
        return v16.call_result.StopTransaction()

    @on("MeterValues")
    def meter_values(self, **arguments: Any) -> Any:
        self.told.note("MeterValues", arguments)
        return v16.call_result.MeterValues()


class Csms201(v201.ChargePoint):
    """A CSMS of 2.0.1 for one station; 2.1's differs in its base class alone."""

    results: Any = v201.call_result

    def __init__(self, identity: str, connection: Any, told: Told) -> None:
        super().__init__(identity, connection)
        self.told = told

    @on("BootNotification")
    def boot(self, **arguments: Any) -> Any:
        self.told.note("BootNotification", arguments)
        return self.results.BootNotification(current_time=NOW, interval=300, status="Accepted")

    @on("StatusNotification")
    def status(self, **arguments: Any) -> Any:
        self.told.note("StatusNotification", arguments)
        return self.results.StatusNotification()

    @on("SecurityEventNotification")
    def security(self, **arguments: Any) -> Any:
        self.told.note("SecurityEventNotification", arguments)
        return self.results.SecurityEventNotification()

    @on("TransactionEvent")
    def transaction(self, **arguments: Any) -> Any:
        self.told.note("TransactionEvent", arguments)
        return self.results.TransactionEvent()

    @on("NotifyReport")
    def report(self, **arguments: Any) -> Any:
        self.told.note("NotifyReport", arguments)
        return self.results.NotifyReport()


class Csms21(Csms201, v21.ChargePoint):
    """The same for 2.1, by its schemas."""

    results = v21.call_result
    _call, _call_result, _ocpp_version = v21.call, v21.call_result, "2.1"

    @on("NotifyPriorityCharging")
    def priority(self, **arguments: Any) -> Any:
        self.told.note("NotifyPriorityCharging", arguments)
        return v21.call_result.NotifyPriorityCharging()


CSMS: dict[str, type[Csms16] | type[Csms201]] = {"ocpp1.6": Csms16, "ocpp2.0.1": Csms201, "ocpp2.1": Csms21}


@asynccontextmanager
async def csms(
    version: str, identity: str, password: str, context: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[str, Told, asyncio.Future[Any]]]:
    """A CSMS that listens: its URL, what it was told, and the future of the station that connects."""
    told = Told()
    there: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def greet(connection: ServerConnection) -> None:
        assert connection.request is not None
        station = CSMS[version](connection.request.path.rsplit("/", 1)[-1], connection, told)
        if not there.done():
            there.set_result(station)
        try:
            await station.start()
        except websockets.ConnectionClosed:
            return

    check = basic_auth(credentials=(identity, password))
    async with serve(
        greet, "127.0.0.1", 0, subprotocols=[websockets.Subprotocol(version)], process_request=check, ssl=context
    ) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"{'ws' if context is None else 'wss'}://127.0.0.1:{port}/ocpp", told, there


class Station16(v16.ChargePoint):
    """A charge point that takes what a test of the bench's CSMS sends."""

    @on("RemoteStartTransaction")
    def remote_start(self, **_arguments: Any) -> Any:
        return v16.call_result.RemoteStartTransaction(status="Accepted")

    @on("SetChargingProfile")
    def set_profile(self, **_arguments: Any) -> Any:
        return v16.call_result.SetChargingProfile(status="Accepted")


class Station201(v201.ChargePoint):
    """The same of 2.0.1."""

    results: Any = v201.call_result

    @on("RequestStartTransaction")
    def remote_start(self, **_arguments: Any) -> Any:
        return self.results.RequestStartTransaction(status="Accepted")

    @on("SetChargingProfile")
    def set_profile(self, **_arguments: Any) -> Any:
        return self.results.SetChargingProfile(status="Accepted")


class Station21(Station201, v21.ChargePoint):
    """And of 2.1."""

    results = v21.call_result


STATIONS: dict[str, type[Station16] | type[Station201]] = {
    "ocpp1.6": Station16,
    "ocpp2.0.1": Station201,
    "ocpp2.1": Station21,
}


@asynccontextmanager
async def station(version: str, url: str, identity: str, password: str) -> AsyncIterator[Any]:
    """A charge point that is connected."""
    where = url.replace("ws://", f"ws://{identity}:{password}@") + f"/{identity}"
    async with websockets.connect(where, subprotocols=[websockets.Subprotocol(version)]) as connection:
        there = STATIONS[version](identity, connection)
        pump = asyncio.create_task(there.start())
        try:
            yield there
        finally:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
