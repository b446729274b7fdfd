"""EiOpt: a VEN says, apart from its answers, that it takes part in an event or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from drivers.openadr.codec import INTEGER, TEXT, TIME, Message, part, value
from drivers.openadr.events import Result, Target
from drivers.openadr.vocabulary import OptType


@dataclass(frozen=True, kw_only=True)
class CreateOpt(Message):
    """``oadrCreateOpt``. ``reason`` is one of the schema's words (``economic``, ``overrideStatus``, ...)."""

    element: ClassVar[str] = "oadr:oadrCreateOpt"
    opt_id: str = value("ei:optID", TEXT)
    opt: str = value("ei:optType", TEXT, OptType.OUT)
    reason: str = value("ei:optReason", TEXT, "overrideStatus")
    market_context: str | None = value("emix:marketContext", TEXT)
    ven_id: str = value("ei:venID", TEXT)
    created: float = value("ei:createdDateTime", TIME)
    request_id: str = value("pyld:requestID", TEXT, "")
    event_id: str | None = value("ei:qualifiedEventID/ei:eventID", TEXT)
    modification: int | None = value("ei:qualifiedEventID/ei:modificationNumber", INTEGER)
    target: Target = part("ei:eiTarget", lambda: Target, Target())


@dataclass(frozen=True, kw_only=True)
class CreatedOpt(Message):
    """``oadrCreatedOpt``."""

    element: ClassVar[str] = "oadr:oadrCreatedOpt"
    result: Result = part("ei:eiResponse", lambda: Result, Result())
    opt_id: str = value("ei:optID", TEXT, "")


@dataclass(frozen=True, kw_only=True)
class CancelOpt(Message):
    """``oadrCancelOpt``."""

    element: ClassVar[str] = "oadr:oadrCancelOpt"
    request_id: str = value("pyld:requestID", TEXT, "")
    opt_id: str = value("ei:optID", TEXT)
    ven_id: str = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class CanceledOpt(Message):
    """``oadrCanceledOpt``."""

    element: ClassVar[str] = "oadr:oadrCanceledOpt"
    result: Result = part("ei:eiResponse", lambda: Result, Result())
    opt_id: str | None = value("ei:optID", TEXT)
