"""A 2030.5 server above HTTP: devices that are registered, programs that are offered, answers that come in.

Each device sees its own entry, its own programs, and nothing of others; who is not registered sees the time and the
device capability. What is posted is checked and handed to the listeners.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from drivers.sep2.codec import Resource, decode, decode_one_of, encode
from drivers.sep2.der import DERCapability, DERStatus
from drivers.sep2.devices import LogEvent
from drivers.sep2.errors import Sep2DecodeError
from drivers.sep2.events import Error
from drivers.sep2.files import LIST_PATH, DeviceInformation, FileStatus, Shelf
from drivers.sep2.identity import sfdi_of
from drivers.sep2.monitoring import Told
from drivers.sep2.prepayment import Account
from drivers.sep2.programs import Program, ProgramKind
from drivers.sep2.reservation_desk import ReservationDesk
from drivers.sep2.reservations import FlowReservationRequest, FlowReservationResponseResponse
from drivers.sep2.responses import RESPONSES, MirrorMeterReading, MirrorUsagePoint, Response
from drivers.sep2.server import HttpRequest, HttpResponse
from drivers.sep2.subscription_desk import SubscriptionDesk
from drivers.sep2.views import Views
from drivers.sep2.vocabulary import DEFAULT_POLL_RATE_S

_MAX_KEPT = 2000
_ANSWERS = RESPONSES | {FlowReservationResponseResponse.__name__: FlowReservationResponseResponse}


@dataclass
class Device:
    """A registered device. ``status``, ``capability`` and ``meters`` are what it told of itself; ``post_rate_s`` is how
    often it is asked to tell (s; None: not at all).
    """

    lfdi: bytes
    number: int
    pin: int
    registered: int
    category: bytes = b"\x00\x00\x40\x00"
    status: DERStatus | None = None
    capability: DERCapability | None = None
    log: list[LogEvent] = field(default_factory=list)
    meters: dict[bytes, MirrorUsagePoint] = field(default_factory=dict)
    post_rate_s: int | None = None
    information: DeviceInformation | None = None
    file_status: FileStatus | None = None
    requests: list[FlowReservationRequest] = field(default_factory=list)

    @property
    def sfdi(self) -> int:
        return sfdi_of(self.lfdi)


@dataclass(frozen=True)
class Received:
    """A response that came in: from whom (by its certificate) and when (server time, s)."""

    response: Response
    lfdi: bytes
    at: float


class ResourceServer:
    """The resources of one server. ``now`` is its time in s since the epoch.

    ``post_rate_s`` is how often devices are asked to tell that are registered from now on, ``shelf`` the firmware that
    it has for them (None: it has no such function set).

    ``heard`` is called with each response that was taken, ``reported`` with what a device tells of its DER,
    ``reservations.requested`` with what it wants to have reserved, ``subscriptions.notify`` with what it is to be told
    (`SubscriptionDesk.changed`). ``shows_usage``: whether devices see what others
    mirror. ``accounts`` are those of prepaying customers.
    """

    def __init__(self, now: Callable[[], float], *, poll_rate_s: int = DEFAULT_POLL_RATE_S) -> None:
        self.now = now
        self.poll_rate_s = poll_rate_s
        self.post_rate_s: int | None = None
        self.shelf: Shelf | None = None
        self.devices: dict[bytes, Device] = {}
        self.programs: list[Program] = []
        self.responses: list[Received] = []
        self.heard: Callable[[Received], None] | None = None
        self.reported: Callable[[Device, Told], None] | None = None
        self.reservations = ReservationDesk(self)
        self.subscriptions = SubscriptionDesk(self)
        self.shows_usage = False
        self.accounts: list[Account] = []
        self._views = Views(self)

    def register(self, lfdi: bytes, pin: int, category: bytes = b"\x00\x00\x40\x00") -> Device:
        """Take a device in; registering again changes its PIN."""
        known = self.devices.get(lfdi)
        if known is None:
            number = max((device.number for device in self.devices.values()), default=0) + 1
            known = Device(lfdi, number, pin, int(self.now()), category, post_rate_s=self.post_rate_s)
            self.devices[lfdi] = known
        known.pin = pin
        return known

    def remove(self, lfdi: bytes) -> None:
        """Forget a device with all that it told; nothing where there is none."""
        self.devices.pop(lfdi, None)
        for program in self.programs:
            if program.members is not None:
                program.members -= {lfdi}

    def renew(self, old: bytes, new: bytes) -> None:
        """A device has changed its certificate: its entry and its programs are those of ``new`` from now on.

        Raises KeyError for a device that is not registered.
        """
        device = self.devices.pop(old)
        device.lfdi = new
        self.devices[new] = device
        for program in self.programs:
            if program.members is not None and old in program.members:
                program.members = program.members - {old} | {new}

    def add_program(self, kind: ProgramKind, mrid: bytes, primacy: int, description: str = "") -> Program:
        """A new program, offered to all devices."""
        number = sum(program.kind is kind for program in self.programs) + 1
        self.programs.append(Program(kind, number, mrid, primacy, description))
        return self.programs[-1]

    def programs_of(self, lfdi: bytes, kind: ProgramKind | None = None) -> list[Program]:
        """The programs that a device is assigned to."""
        return [p for p in self.programs if p.serves(lfdi) and kind in (None, p.kind)]

    def answers(self, mrid: bytes, lfdi: bytes | None = None) -> list[Received]:
        """Responses to an event, in the order in which they came."""
        return [one for one in self.responses if one.response.subject == mrid and lfdi in (None, one.lfdi)]

    @property
    def mirrored(self) -> list[MirrorUsagePoint]:
        """What all devices mirror."""
        return [point for device in self.devices.values() for point in device.meters.values()]

    def accounts_of(self, lfdi: bytes) -> list[Account]:
        """The accounts that a device may see."""
        return [account for account in self.accounts if account.lfdi in (b"", lfdi)]

    def wants_reports(self) -> bool:
        """Whether any device is asked to tell how its DER fares."""
        return any(device.post_rate_s is not None for device in self.devices.values())

    # -- requests --------------------------------------------------------------------------------------------------

    def handle(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request."""
        if request.method in ("GET", "HEAD"):
            return self._get(request)
        if request.method == "POST":
            return self._post(request)
        if request.method == "PUT":
            return self._put(request)
        if request.method == "DELETE" and request.peer.lfdi in self.devices:
            return self._delete(request, self.devices[request.peer.lfdi])
        return HttpResponse(HTTPStatus.METHOD_NOT_ALLOWED)

    def view(self, request: HttpRequest, device: Device) -> Resource | None:
        """The resource at the request's path as ``device`` sees it; None where there is none for it."""
        return self._views.of(request, device)

    def _delete(self, request: HttpRequest, device: Device) -> HttpResponse:
        if request.path.startswith(f"/edev/{device.number}/sub/"):
            return self.subscriptions.delete(device, request)
        return HttpResponse(HTTPStatus.METHOD_NOT_ALLOWED)

    def _get(self, request: HttpRequest) -> HttpResponse:
        of_files = request.path == LIST_PATH or request.path.startswith(f"{LIST_PATH}/")
        if of_files and self.shelf is not None and request.peer.lfdi in self.devices:
            return self.shelf.answer(request)
        resource = self._views.of(request, self.devices.get(request.peer.lfdi))
        if resource is None:
            return HttpResponse(HTTPStatus.NOT_FOUND)
        return HttpResponse(HTTPStatus.OK, encode(resource))

    def _post(self, request: HttpRequest) -> HttpResponse:
        device = self.devices.get(request.peer.lfdi)
        if device is None:
            return HttpResponse(HTTPStatus.FORBIDDEN)
        try:
            if request.path.startswith(f"/edev/{device.number}/frq"):
                return self.reservations.post(device, request)
            if request.path.startswith(f"/edev/{device.number}/sub"):
                return self.subscriptions.post(device, request)
            location = self._take(device, request)
        except Sep2DecodeError:
            return HttpResponse(HTTPStatus.BAD_REQUEST, encode(Error(reason=0)))
        if not location:
            return HttpResponse(HTTPStatus.METHOD_NOT_ALLOWED)
        return HttpResponse(HTTPStatus.CREATED, headers={"location": location})

    def _take(self, device: Device, request: HttpRequest) -> str:
        """Keep what a device posts; where it stands now, empty when nothing can be posted there."""
        path = request.path.rstrip("/")
        if path == "/rsps/1/rsp":
            return self._take_response(device, request.body)
        if path == f"/edev/{device.number}/log":
            device.log.insert(0, decode(request.body, LogEvent))
            del device.log[_MAX_KEPT:]
            return f"{path}/{len(device.log)}"
        if path == "/mup":
            point = decode(request.body, MirrorUsagePoint)
            device.meters[point.mrid] = point
            self._tell(device, point)
            return f"/mup/{point.mrid.hex()}"
        if path.startswith("/mup/"):
            return self._take_reading(device, path, request.body)
        return ""

    def _take_response(self, device: Device, body: bytes) -> str:
        response = decode_one_of(body, _ANSWERS)
        if not isinstance(response, Response) or response.lfdi != device.lfdi:
            raise Sep2DecodeError("Response/endDeviceLFDI", "is not the sender's")
        received = Received(response, device.lfdi, self.now())
        self.responses.append(received)
        del self.responses[:-_MAX_KEPT]
        if self.heard is not None:
            self.heard(received)
        return f"/rsps/1/rsp/{len(self.responses)}"

    def _take_reading(self, device: Device, path: str, body: bytes) -> str:
        try:
            mrid = bytes.fromhex(path.rpartition("/")[2])
        except ValueError:
            return ""
        point = device.meters.get(mrid)
        if point is None:
            return ""
        reading = decode(body, MirrorMeterReading)
        others = tuple(item for item in point.readings if item.mrid != reading.mrid)
        device.meters[mrid] = dataclasses.replace(point, readings=(*others, reading))
        self._tell(device, device.meters[mrid])
        return path

    def _tell(self, device: Device, told: Told) -> None:
        if self.reported is not None:
            self.reported(device, told)

    def _put(self, request: HttpRequest) -> HttpResponse:
        device = self.devices.get(request.peer.lfdi)
        if device is None:
            return HttpResponse(HTTPStatus.FORBIDDEN)
        try:
            if request.path == f"/edev/{device.number}/der/1/ders":
                device.status = decode(request.body, DERStatus)
                self._tell(device, device.status)
            elif request.path == f"/edev/{device.number}/der/1/dercap":
                device.capability = decode(request.body, DERCapability)
            elif request.path == f"/edev/{device.number}/di" and self.shelf is not None:
                device.information = decode(request.body, DeviceInformation)
            elif request.path == f"/edev/{device.number}/fs" and self.shelf is not None:
                device.file_status = decode(request.body, FileStatus)
            elif request.path.startswith(f"/edev/{device.number}/frq/"):
                return self.reservations.put(device, request)
            else:
                return HttpResponse(HTTPStatus.METHOD_NOT_ALLOWED)
        except Sep2DecodeError:
            return HttpResponse(HTTPStatus.BAD_REQUEST, encode(Error(reason=0)))
        return HttpResponse(HTTPStatus.NO_CONTENT)
