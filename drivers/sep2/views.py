"""The resources that a server shows, by their paths."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from drivers.sep2.codec import Resource
from drivers.sep2.der import (
    DER,
    DefaultDERControl,
    DERControl,
    DERControlList,
    DERCurveList,
    DERList,
    DERProgram,
    DERProgramList,
)
from drivers.sep2.devices import (
    DeviceCapability,
    EndDevice,
    EndDeviceList,
    FunctionSetAssignments,
    FunctionSetAssignmentsList,
    LogEventList,
    Registration,
    Time,
)
from drivers.sep2.events import Link, ListLink
from drivers.sep2.files import LIST_PATH
from drivers.sep2.lists import page
from drivers.sep2.loads import DemandResponseProgram, DemandResponseProgramList, EndDeviceControl, EndDeviceControlList
from drivers.sep2.metering import USAGE_POINTS, usage_view
from drivers.sep2.prepayment import PREPAYMENTS, prepayment_view
from drivers.sep2.prices import (
    ConsumptionTariffInterval,
    ConsumptionTariffIntervalList,
    MessagingProgram,
    MessagingProgramList,
    RateComponent,
    RateComponentList,
    TariffProfile,
    TariffProfileList,
    TextMessage,
    TextMessageList,
    TimeTariffInterval,
    TimeTariffIntervalList,
)
from drivers.sep2.programs import EVENT_LISTS, Program, ProgramKind
from drivers.sep2.responses import ReadingType
from drivers.sep2.subscriptions import UNCONDITIONAL
from drivers.sep2.told import MIRRORS, RESPONSE_SETS, told_view

if TYPE_CHECKING:
    from drivers.sep2.resources import Device, ResourceServer
    from drivers.sep2.server import HttpRequest


class Views:
    """What one server shows."""

    def __init__(self, server: ResourceServer) -> None:
        self._server = server

    def of(self, request: HttpRequest, device: Device | None) -> Resource | None:
        """The resource at the request's path as ``device`` sees it; None where there is none for it."""
        first, *rest = request.path.strip("/").split("/")
        if first == "dcap" and not rest:
            return self._capability(device)
        if first == "tm" and not rest:
            return self._time()
        if device is None:
            return None
        if first == "edev":
            return self._device(request, device, rest)
        if first == ProgramKind.FLOW:
            return self._server.reservations.reserved(request, device, rest)
        if first in ProgramKind.__members__.values():
            return self._programs(request, device, ProgramKind(first), rest)
        if first in (MIRRORS, RESPONSE_SETS):
            return told_view(request, device, first, rest)
        if first == USAGE_POINTS and self._server.shows_usage:
            return usage_view(request, self._server.mirrored, rest)
        if first == PREPAYMENTS:
            return prepayment_view(request, self._server.accounts_of(device.lfdi), rest)
        if first == "rt" and rest == ["1"]:
            return ReadingType(href="/rt/1", accumulation=4, commodity=1, flow=1, kind=12, multiplier=0, unit=72)
        return None

    def _capability(self, device: Device | None) -> DeviceCapability:
        rate = self._server.poll_rate_s
        if device is None:
            return DeviceCapability(href="/dcap", poll_rate=rate, time=Link(href="/tm"))
        return DeviceCapability(
            href="/dcap",
            poll_rate=rate,
            time=Link(href="/tm"),
            response_sets=ListLink(href="/rsps", all=1),
            end_devices=ListLink(href="/edev", all=1),
            mirror_usage_points=ListLink(href="/mup", all=len(device.meters)),
            files=ListLink(href=LIST_PATH, all=len(self._server.shelf.files))
            if self._server.shelf is not None
            else None,
            **self._links(device),
        )

    def _links(self, device: Device) -> dict[str, Any]:
        def link(kind: ProgramKind) -> ListLink | None:
            found = self._server.programs_of(device.lfdi, kind)
            return ListLink(href=f"/{kind}", all=len(found)) if found else None

        accounts, points = len(self._server.accounts_of(device.lfdi)), len(self._server.mirrored)
        return {
            "der": link(ProgramKind.DER),
            "demand_response": link(ProgramKind.LOAD),
            "tariffs": link(ProgramKind.PRICE),
            "messaging": link(ProgramKind.TEXT),
            "prepayments": ListLink(href=f"/{PREPAYMENTS}", all=accounts) if accounts else None,
            "usage_points": ListLink(href=f"/{USAGE_POINTS}", all=points) if self._server.shows_usage else None,
        }

    def _time(self) -> Time:
        now = int(self._server.now())
        return Time(href="/tm", poll_rate=self._server.poll_rate_s, current=now, local=now)

    # -- devices ---------------------------------------------------------------------------------------------------

    def _device(self, request: HttpRequest, device: Device, rest: Sequence[str]) -> Resource | None:
        own = f"/edev/{device.number}"
        entry = EndDevice(
            href=own,
            der_list=ListLink(href=f"{own}/der", all=1),
            category=device.category,
            information=Link(href=f"{own}/di") if self._server.shelf is not None else None,
            file_status=Link(href=f"{own}/fs") if self._server.shelf is not None else None,
            lfdi=device.lfdi,
            log_events=ListLink(href=f"{own}/log", all=len(device.log)),
            sfdi=device.sfdi,
            changed=device.registered,
            enabled=True,
            **self._server.reservations.links(device),
            assignments=ListLink(href=f"{own}/fsa", all=1),
            post_rate=device.post_rate_s,
            registration=Link(href=f"{own}/rg"),
            subscriptions=self._server.subscriptions.link(device),
        )
        rate = self._server.poll_rate_s
        if not rest:
            return EndDeviceList(href="/edev", poll_rate=rate, **page(request, (entry,)))
        if rest[0] != str(device.number):
            return None
        below = list(rest[1:])
        if not below:
            return entry
        if below == ["rg"]:
            return Registration(href=f"{own}/rg", registered=device.registered, pin=device.pin)
        if below == ["fsa"]:
            assigned = self._assignments(device, own)
            return FunctionSetAssignmentsList(href=f"{own}/fsa", poll_rate=rate, **page(request, (assigned,)))
        if below == ["fsa", "1"]:
            return self._assignments(device, own)
        if below == ["di"]:
            return device.information
        if below == ["fs"]:
            return device.file_status
        if below[0] == "sub":
            return self._server.subscriptions.view(request, device)
        if below[0] == "frq":
            return self._server.reservations.requests(request, device)
        if below == ["log"]:
            return LogEventList(href=f"{own}/log", **page(request, device.log))
        return self._der(request, device, own, below)

    def _assignments(self, device: Device, own: str) -> FunctionSetAssignments:
        return FunctionSetAssignments(
            href=f"{own}/fsa/1",
            mrid=device.lfdi[:16],
            time=Link(href="/tm"),
            response_sets=ListLink(href="/rsps", all=1),
            **self._links(device),
        )

    @staticmethod
    def _der(request: HttpRequest, device: Device, own: str, below: list[str]) -> Resource | None:
        the_der = DER(
            href=f"{own}/der/1",
            capability=Link(href=f"{own}/der/1/dercap"),
            status=Link(href=f"{own}/der/1/ders"),
        )
        found: dict[str, Resource | None] = {
            "der": DERList(href=f"{own}/der", **page(request, (the_der,))),
            "der/1": the_der,
            "der/1/ders": device.status,
            "der/1/dercap": device.capability,
        }
        return found.get("/".join(below))

    # -- programs --------------------------------------------------------------------------------------------------

    def _programs(
        self, request: HttpRequest, device: Device, kind: ProgramKind, rest: Sequence[str]
    ) -> Resource | None:
        found = self._server.programs_of(device.lfdi, kind)
        if not rest:
            return self._program_list(request, kind, found)
        program = next((one for one in found if str(one.number) == rest[0]), None)
        if program is None:
            return None
        below = "/".join(rest[1:])
        events = program.current(self._server.now())
        if not below:
            return self._program(program, len(events))
        if below == EVENT_LISTS[kind]:
            return self._event_list(request, program, events)
        if below.startswith(EVENT_LISTS[kind] + "/"):
            return self._one_event(program, events, f"{program.path}/{below}")
        return self._beside_events(request, program, below)

    def _program_list(self, request: HttpRequest, kind: ProgramKind, found: Sequence[Program]) -> Resource:
        rate, now = self._server.poll_rate_s, self._server.now()
        members: Any = [self._program(one, len(one.current(now))) for one in found]
        lists: dict[ProgramKind, Any] = {
            ProgramKind.DER: DERProgramList,
            ProgramKind.LOAD: DemandResponseProgramList,
            ProgramKind.PRICE: TariffProfileList,
            ProgramKind.TEXT: MessagingProgramList,
        }
        listed: Resource = lists[kind](href=f"/{kind}", poll_rate=rate, **page(request, members))
        return listed

    @staticmethod
    def _program(program: Program, count: int) -> Resource:
        path = program.path
        events = ListLink(href=f"{path}/{EVENT_LISTS[program.kind]}", all=count)
        named: dict[str, Any] = {
            "href": path,
            "mrid": program.mrid,
            "description": program.description or None,
            "primacy": program.primacy,
        }
        if program.kind is ProgramKind.DER:
            default = Link(href=f"{path}/dderc") if program.default is not None else None
            curves = ListLink(href=f"{path}/dc", all=len(program.curves)) if program.curves else None
            return DERProgram(**named, default_control=default, controls=events, curves=curves)
        if program.kind is ProgramKind.LOAD:
            return DemandResponseProgram(**named, controls=events)
        if program.kind is ProgramKind.TEXT:
            return MessagingProgram(**named, texts=events)
        components = ListLink(href=f"{path}/rc", all=1)
        return TariffProfile(
            **named, currency=program.currency, multiplier=program.multiplier, rate_components=components
        )

    def _event_list(self, request: HttpRequest, program: Program, events: Sequence[Any]) -> Resource:
        href = f"{program.path}/{EVENT_LISTS[program.kind]}"
        members: Any = page(request, events)
        told = UNCONDITIONAL if self._server.subscriptions.notify is not None else None
        if program.kind is ProgramKind.DER:
            return DERControlList(href=href, subscribable=told, **members)
        if program.kind is ProgramKind.LOAD:
            return EndDeviceControlList(href=href, subscribable=told, **members)
        if program.kind is ProgramKind.TEXT:
            return TextMessageList(href=href, **members)
        members["members"] = tuple(_with_prices(event) for event in members["members"])
        return TimeTariffIntervalList(href=href, **members)

    @staticmethod
    def _one_event(program: Program, events: Sequence[Any], path: str) -> Resource | None:
        event = next((one for one in events if one.href == path), None)
        if isinstance(event, TimeTariffInterval):
            return _with_prices(event)
        if isinstance(event, DERControl | EndDeviceControl | TextMessage):
            return event
        owner = next((one for one in events if path == f"{one.href}/cti"), None)
        if owner is None or owner.mrid not in program.prices:
            return None
        priced = ConsumptionTariffInterval(href=f"{path}/1", block=0, price=program.prices[owner.mrid], start=0)
        return ConsumptionTariffIntervalList(href=path, all=1, results=1, members=(priced,))

    @staticmethod
    def _beside_events(request: HttpRequest, program: Program, below: str) -> Resource | None:
        path = f"{program.path}/{below}"
        if below == "dderc" and program.default is not None:
            return DefaultDERControl(href=path, mrid=derived(program.mrid, 1), base=program.default)
        if below == "dc" and program.curves:
            return DERCurveList(href=path, **page(request, program.curves))
        if below.startswith("dc/"):
            return next((curve for curve in program.curves if curve.href == path), None)
        if program.kind is ProgramKind.PRICE and below in ("rc", "rc/1"):
            component = RateComponent(
                href=f"{program.path}/rc/1",
                mrid=derived(program.mrid, 2),
                reading_type=Link(href="/rt/1"),
                roles=b"\x00\x00",
                intervals=ListLink(href=f"{program.path}/{EVENT_LISTS[program.kind]}", all=len(program.events)),
            )
            return component if below == "rc/1" else RateComponentList(href=path, **page(request, (component,)))
        return None


def derived(mrid: bytes, number: int) -> bytes:
    """An mRID of something that belongs to a program, the same each time."""
    return bytes([*mrid[:-5], mrid[-5] ^ 0x80 ^ number, *mrid[-4:]])


def _with_prices(event: TimeTariffInterval) -> TimeTariffInterval:
    return dataclasses.replace(event, consumption=ListLink(href=f"{event.href}/cti", all=1))
