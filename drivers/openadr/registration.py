"""EiRegisterParty, oadrPoll and oadrResponse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from drivers.openadr.codec import BOOLEAN, DURATION, TEXT, Message, part, value
from drivers.openadr.events import Result


@dataclass(frozen=True, kw_only=True)
class QueryRegistration(Message):
    """``oadrQueryRegistration``: what does the VTN offer?"""

    element: ClassVar[str] = "oadr:oadrQueryRegistration"
    request_id: str = value("pyld:requestID", TEXT, "")


@dataclass(frozen=True, kw_only=True)
class CreatePartyRegistration(Message):
    """``oadrCreatePartyRegistration``: a VEN presents itself; with ``registration_id``: again."""

    element: ClassVar[str] = "oadr:oadrCreatePartyRegistration"
    request_id: str = value("pyld:requestID", TEXT, "")
    registration_id: str | None = value("ei:registrationID", TEXT)
    ven_id: str | None = value("ei:venID", TEXT)
    profile: str = value("oadr:oadrProfileName", TEXT, "2.0b")
    transport: str = value("oadr:oadrTransportName", TEXT, "simpleHttp")
    address: str | None = value("oadr:oadrTransportAddress", TEXT)
    report_only: bool = value("oadr:oadrReportOnly", BOOLEAN, False)
    xml_signature: bool = value("oadr:oadrXmlSignature", BOOLEAN, True)
    ven_name: str | None = value("oadr:oadrVenName", TEXT)
    pull: bool | None = value("oadr:oadrHttpPullModel", BOOLEAN, True)


@dataclass(frozen=True, kw_only=True)
class CreatedPartyRegistration(Message):
    """``oadrCreatedPartyRegistration``. ``poll_s``: how often the VTN wants to be polled."""

    element: ClassVar[str] = "oadr:oadrCreatedPartyRegistration"
    result: Result = part("ei:eiResponse", lambda: Result, Result())
    registration_id: str | None = value("ei:registrationID", TEXT)
    ven_id: str | None = value("ei:venID", TEXT)
    vtn_id: str = value("ei:vtnID", TEXT, "")
    profile: str = value("oadr:oadrProfiles/oadr:oadrProfile/oadr:oadrProfileName", TEXT, "2.0b")
    transport: str = value(
        "oadr:oadrProfiles/oadr:oadrProfile/oadr:oadrTransports/oadr:oadrTransport/oadr:oadrTransportName",
        TEXT,
        "simpleHttp",
    )
    poll_s: int | None = value("oadr:oadrRequestedOadrPollFreq/xcal:duration", DURATION)


@dataclass(frozen=True, kw_only=True)
class CancelPartyRegistration(Message):
    """``oadrCancelPartyRegistration``."""

    element: ClassVar[str] = "oadr:oadrCancelPartyRegistration"
    request_id: str = value("pyld:requestID", TEXT, "")
    registration_id: str = value("ei:registrationID", TEXT)
    ven_id: str | None = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class CanceledPartyRegistration(Message):
    """``oadrCanceledPartyRegistration``."""

    element: ClassVar[str] = "oadr:oadrCanceledPartyRegistration"
    result: Result = part("ei:eiResponse", lambda: Result, Result())
    registration_id: str | None = value("ei:registrationID", TEXT)
    ven_id: str | None = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class RequestReregistration(Message):
    """``oadrRequestReregistration``: the VTN does not know the VEN (any more)."""

    element: ClassVar[str] = "oadr:oadrRequestReregistration"
    ven_id: str = value("ei:venID", TEXT, "")


@dataclass(frozen=True, kw_only=True)
class Poll(Message):
    """``oadrPoll``: is there anything?"""

    element: ClassVar[str] = "oadr:oadrPoll"
    ven_id: str = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class Response(Message):
    """``oadrResponse``: taken, or refused, and nothing more to say."""

    element: ClassVar[str] = "oadr:oadrResponse"
    result: Result = part("ei:eiResponse", lambda: Result, Result())
    ven_id: str | None = value("ei:venID", TEXT)
