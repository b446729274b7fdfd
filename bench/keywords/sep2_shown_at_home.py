"""Keywords on what a gateway shows the home beside events: mirrored metering, credit, and what is reserved."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable

from robot.api.deco import keyword, library

from bench.keywords.conversation import NOTHING, Conversation
from bench.keywords.sep2_scene import Scene
from drivers.sep2.client import Sep2Client
from drivers.sep2.der import FixedPoint
from drivers.sep2.devices import DeviceCapability, EndDevice, EndDeviceList
from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.home_readings import accounts, usage
from drivers.sep2.monitoring import load_point
from drivers.sep2.prepayment import CreditStatus, account_of
from drivers.sep2.reservations import (
    CANCELLED,
    REQUESTED,
    FlowReservationRequest,
    FlowReservationResponse,
    FlowReservationResponseList,
    RequestStatus,
    SignedRealEnergy,
)

_GUARD_S = 3600.0
_METER, _WATTS = "sub-meter", 38
_POWERS_W = (1500.0, 900.0)
_ACCOUNT, _REQUEST, _RESERVATION = (bytes([number]) * 12 + (32_473).to_bytes(4, "big") for number in (1, 2, 3))
_ASKED_WH, _ASKED_W, _RESERVED_WH, _RESERVED_W = 3000.0, 7360.0, 1200.0, 3680.0


@library(scope="TEST", auto_keywords=False)
class Sep2ShownAtHome(Conversation):
    """The bench is the utility's server and a device of the home."""

    def _scene(self) -> Scene:
        return Scene(self.station, self.seat, self.port, self.session.planned.name)

    async def _at_home(self, scene: Scene, act: Callable[[Sep2Client], Awaitable[str]]) -> str:
        async with scene.access.client(str(scene.access.pixit("home_device", "cems"))) as client:
            return await act(client)

    @keyword("The Home Is Shown")
    def shown(self, *allowed: str) -> None:
        """Judge it. Example: | The Home Is Shown | 1500 W, 900 W |"""
        self.expect(*allowed)

    # -- metering ----------------------------------------------------------------------------------------------------

    @keyword("A Device Mirrors What It Measures")
    def mirror(self) -> None:
        """Twice; what a display then finds. Example: | A Device Mirrors What It Measures |"""
        self.run(self._mirror(), _GUARD_S)

    async def _mirror(self) -> None:
        scene = self._scene()
        found: list[str] = []
        for power_w in _POWERS_W:
            self.heard("mirrored powers", await self._at_home(scene, self._mirroring(power_w, found)))
            await self.wait(scene.access.act_s)

    def _mirroring(self, power_w: float, found: list[str]) -> Callable[[Sep2Client], Awaitable[str]]:
        async def act(client: Sep2Client) -> str:
            link = (await client.get("/dcap", DeviceCapability)).mirror_usage_points
            point = load_point(client.lfdi, _METER, power_w, self.clock.now())
            await client.post(link.href if link is not None else "/mup", point)
            values = [one for one in await usage(client) if one.name == _METER and one.unit == _WATTS]
            found.append(f"{values[0].value:.0f} W" if values else NOTHING)
            return ", ".join(found)

        return act

    # -- credit ------------------------------------------------------------------------------------------------------

    @keyword("The Utility Keeps An Account And Takes A Payment")
    def pay(self) -> None:
        """A low credit, then one that is not. Example: | The Utility Keeps An Account And Takes A Payment |"""
        self.run(self._pay(), _GUARD_S)

    async def _pay(self) -> None:
        scene = self._scene()
        kept = scene.server.resources.accounts
        found: list[str] = []
        kept.append(account_of(_ACCOUNT, 427))
        async with scene:
            await scene.server.polled(2)
            found.append(await self._at_home(scene, _credit))
            kept[:] = [account_of(_ACCOUNT, 2427)]
            await scene.server.polled(2)
            found.append(await self._at_home(scene, _credit))
        self.heard("an account before and after a payment", ", ".join(found))

    # -- reservations ------------------------------------------------------------------------------------------------

    @keyword("A Device Asks For A Reservation And Takes It Back")
    def reserve(self) -> None:
        """What the utility hears, and what the device finds.

        Example: | A Device Asks For A Reservation And Takes It Back |
        """
        self.run(self._reserve(), _GUARD_S)

    async def _reserve(self) -> None:
        scene = self._scene()
        asked: list[FlowReservationRequest] = []
        desk = scene.server.resources.reservations
        desk.requested = lambda _device, request: asked.append(request)
        async with scene:
            await scene.server.polled()
            path = await self._at_home(scene, self._request)
            await scene.server.polled(2)
            passed = _in_words(asked[-1]) if asked else NOTHING
            if asked:
                desk.reserve(scene.server.device, self._reservation())
                await scene.server.polled(2)
            found = await self._at_home(scene, _reserved)
            await self._at_home(scene, self._taking_back(path))
            await scene.server.polled(2)
            last = _in_words(asked[-1]) if asked else NOTHING
        self.heard("a request, its reservation, its end", f"{passed}; {found}; {last}")

    def _wish(self, status: int) -> FlowReservationRequest:
        now = int(self.clock.now())
        return FlowReservationRequest(
            mrid=_REQUEST,
            created=now,
            energy=SignedRealEnergy.of(_ASKED_WH),
            interval=DateTimeInterval(start=now, duration=7200),
            power=FixedPoint.of(_ASKED_W),
            status=RequestStatus(at=now, status=status),
        )

    async def _request(self, client: Sep2Client) -> str:
        own = await _own_entry(client)
        if own is None or own.flow_requests is None:
            return ""
        return await client.post(own.flow_requests.href, self._wish(REQUESTED))

    def _taking_back(self, path: str) -> Callable[[Sep2Client], Awaitable[str]]:
        async def act(client: Sep2Client) -> str:
            if path:
                await client.put(path, dataclasses.replace(self._wish(CANCELLED)))
            return path

        return act

    def _reservation(self) -> FlowReservationResponse:
        now = int(self.clock.now())
        return FlowReservationResponse(
            mrid=_RESERVATION,
            created=now,
            status=EventStatus(current=0, at=now),
            interval=DateTimeInterval(start=now + 600, duration=3600),
            energy=SignedRealEnergy.of(_RESERVED_WH),
            power=FixedPoint.of(_RESERVED_W),
            subject=_REQUEST,
        )


async def _credit(client: Sep2Client) -> str:
    found = [one for one in await accounts(client) if one.mrid == _ACCOUNT]
    if not found:
        return NOTHING
    status = found[0].balance.status
    name = "" if status is None else CreditStatus(status).name.lower()
    return f"{found[0].balance.available.amount:.2f} {name}"


async def _own_entry(client: Sep2Client) -> EndDevice | None:
    listed = await client.get_list("/edev", EndDeviceList)
    return next((one for one in listed.members if one.lfdi == client.lfdi), None)


async def _reserved(client: Sep2Client) -> str:
    own = await _own_entry(client)
    if own is None or own.flow_responses is None:
        return NOTHING
    listed = await client.get_list(own.flow_responses.href, FlowReservationResponseList)
    mine = [one for one in listed.members if one.subject == _REQUEST]
    return ", ".join(f"{one.energy.number:.0f} Wh at {one.power.number:.0f} W" for one in mine) or NOTHING


def _in_words(request: FlowReservationRequest) -> str:
    if request.cancelled:
        return "taken back"
    return f"{request.energy.number:.0f} Wh at {request.power.number:.0f} W"
