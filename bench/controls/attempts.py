"""What came of an attempt: the words that probes on all links record.

An attack succeeds or is refused, and it is refused by a code, by silence or by the end of the connection. All of
these are observations. What is not one of them is no exception to catch here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from drivers.c1218.errors import C1218Error, NotAcknowledgedError
from drivers.c1218.errors import DecodeError as C1218DecodeError
from drivers.c1218.errors import GarbageError as C1218GarbageError
from drivers.charging import ChargerRefusedError
from drivers.cim.errors import (
    OfficeClosedError,
    OfficeError,
    OfficeRefusedError,
    OfficeSilenceError,
    OfficeTlsError,
    OfficeUnreachableError,
)
from drivers.cta2045.errors import ApplicationNakError, Cta2045Error, LinkNakError, ResponseCodeError
from drivers.cta2045.errors import DecodeError as Cta2045DecodeError
from drivers.der import DerError, SettingRefusedError
from drivers.dlms.errors import DecodeError, DlmsError, RefusedError, SecurityError
from drivers.dlms.link_base import FrameRejectedError, GarbageError, LinkDisconnectedError
from drivers.gatt.errors import GarbageError as GattGarbageError
from drivers.gatt.errors import GattError
from drivers.modbus.errors import DecodeError as ModbusDecodeError
from drivers.modbus.errors import EncodeError as ModbusEncodeError
from drivers.modbus.errors import GarbageError as ModbusGarbageError
from drivers.modbus.errors import ModbusError, ModbusExceptionError, UnexpectedResponseError
from drivers.ocpp.errors import CallRefusedError, NoAnswerError, OcppError, SessionClosedError, UpgradeRefusedError
from drivers.sunspec.errors import DeviceError as SunSpecDeviceError
from drivers.transport.base import CannotOpenError, PeerClosedError, SilenceError

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from bench.exchanges.base import Exchange


_GARBLED = (
    SecurityError,
    DecodeError,
    GarbageError,
    C1218DecodeError,
    C1218GarbageError,
    ModbusDecodeError,
    ModbusGarbageError,
    UnexpectedResponseError,
    Cta2045DecodeError,
    GattGarbageError,
)
_REFUSED = (
    RefusedError,
    OfficeRefusedError,
    ModbusExceptionError,
    SettingRefusedError,
    CallRefusedError,
    ChargerRefusedError,
)
_CLOSED = (
    PeerClosedError,
    CannotOpenError,
    LinkDisconnectedError,
    OfficeClosedError,
    OfficeTlsError,
    OfficeUnreachableError,
    SessionClosedError,
    UpgradeRefusedError,
)


class Outcome(StrEnum):
    """How an attempt ended. ``ACCEPTED`` is an answer that is no refusal; whether it had an effect is another
    question."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SILENCE = "silence"
    CLOSED = "closed"
    GARBLED = "garbled"


@dataclass(frozen=True)
class Attempt:
    """One attempt: its outcome, the answer's value where there is one, and the words for the record."""

    outcome: Outcome
    text: str
    value: Any = None
    error: BaseException | None = None

    @property
    def accepted(self) -> bool:
        return self.outcome is Outcome.ACCEPTED

    @property
    def answered(self) -> bool:
        """The peer said yes or no."""
        return self.outcome in (Outcome.ACCEPTED, Outcome.REFUSED)


Ask = Callable[[], Awaitable[Attempt]]
"""One question, and what comes of it."""


async def attempt(awaitable: Awaitable[Any]) -> Attempt:
    """Await an attack and say what came of it. Raises what is neither a peer's answer nor its silence."""
    try:
        value = await awaitable
    except ModbusEncodeError:
        raise
    except _REFUSED as error:
        return Attempt(Outcome.REFUSED, str(error), error=error)
    except (SilenceError, OfficeSilenceError, NoAnswerError) as error:
        return Attempt(Outcome.SILENCE, "no answer", error=error)
    except _CLOSED as error:
        return Attempt(Outcome.CLOSED, str(error), error=error)
    except (FrameRejectedError, NotAcknowledgedError) as error:
        return Attempt(Outcome.REFUSED, str(error), error=error)
    except _GARBLED as error:
        return Attempt(Outcome.GARBLED, str(error), error=error)
    except (ApplicationNakError, LinkNakError, ResponseCodeError) as error:
        return Attempt(Outcome.REFUSED, str(error), error=error)
    except (C1218Error, Cta2045Error, GattError) as error:
        return Attempt(Outcome.REFUSED, str(error), error=error)
    except (DlmsError, OfficeError, ModbusError, DerError, SunSpecDeviceError, OcppError) as error:
        return Attempt(Outcome.REFUSED, f"{type(error).__name__}: {error}", error=error)
    return Attempt(Outcome.ACCEPTED, "accepted", value)


def asking(question: Callable[..., Awaitable[Any]], *arguments: Any) -> Ask:
    """The question that a call with these arguments asks."""
    return lambda: attempt(question(*arguments))


async def record_effect(trial: Trial, exchange: Exchange, series: str, what: str, tried: Attempt | None = None) -> bool:
    """Look whether the exchange took effect and record it under ``series``; True when it did."""
    effect = await exchange.observe()
    answer = tried.text if tried is not None else ""
    if effect.happened is None:
        trial.record.could_not_look(series, f"{what}: {effect.detail or effect.shown_by}")
        return False
    trial.record.observe(
        series, effect.happened, what=what, source=effect.shown_by, answer=answer, detail=effect.detail
    )
    return effect.happened
