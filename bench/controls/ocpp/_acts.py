"""What probes on OCPP share: good limits before and after, false CSMSs, and what the station told."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bench.access.ocpp_csms import Csms
from bench.controls.attempts import Attempt, attempt
from bench.controls.trial import Trial
from bench.exchanges.base import Effect
from bench.exchanges.ocpp.charging import ChargingByProfile
from drivers.ocpp.csms import Admission
from drivers.ocpp.csms import Station as Session

GOOD = "a good limit took effect"
"""The positive control: from the right CSMS, in the right form."""
_PASSED_S = 5.0
_PAUSE_A = 6.0
"""No pilot says less: such a limit pauses."""


def exchange_of(trial: Trial) -> ChargingByProfile:
    """The row's exchange."""
    assert isinstance(trial.exchange, ChargingByProfile)
    return trial.exchange


def record(trial: Trial, series: str, effect: Effect, what: str, **more: Any) -> bool:
    """Record whether something took effect; True when it did."""
    if effect.happened is None:
        trial.record.could_not_look(series, f"{what}: {effect.detail}")
        return False
    trial.record.observe(series, effect.happened, what=what, source=effect.shown_by, detail=effect.detail, **more)
    return effect.happened


async def works(trial: Trial, what: str) -> bool:
    """Set the row's own limit the right way, record whether it took effect, and take it back."""
    exchange = exchange_of(trial)
    await exchange.prepare()
    tried = await attempt(exchange.perform())
    good = record(trial, GOOD, await exchange.observe(), what, answer=tried.text)
    await exchange.restore()
    await trial.station.advance(exchange.settle_s)
    return good


async def released(trial: Trial) -> None:
    """Take the row's limit back; the vehicle charges again, after a pause once the declared dwell is over."""
    exchange = exchange_of(trial)
    await exchange.restore()
    await trial.station.advance(exchange.settle_s + (exchange.dwell_s if exchange.limit_a < _PAUSE_A else 0.0))


async def limited(trial: Trial) -> Effect:
    """Whether the vehicle is held to the row's limit, which nobody should have set."""
    exchange = exchange_of(trial)
    await trial.station.advance(exchange.settle_s)
    return await exchange.draws(exchange.limit_a)


async def state_of(trial: Trial) -> Mapping[str, Any]:
    """What the station says that holds: the composite schedule of the next minute, and its transaction."""
    exchange = exchange_of(trial)
    running = exchange.there.backend.running
    return {"limit": await exchange.role.limit(), "transaction": running.number if running is not None else ""}


async def call(session: Session, action: str, payload: Mapping[str, Any], timeout_s: float = 30.0) -> Attempt:
    """Call the station whatever it answers."""
    return await attempt(session.call(action, dict(payload), timeout_s=timeout_s))


async def cleared(trial: Trial) -> bool:
    """Whether there was a profile of the row's to take away."""
    exchange = exchange_of(trial)
    key = "id" if exchange.version.is_old else "chargingProfileId"
    tried = await call(exchange.there, "ClearChargingProfile", {key: exchange.profile().number})
    return bool(tried.accepted and tried.value["status"] == "Accepted")


def harmless(trial: Trial) -> tuple[str, dict[str, Any]]:
    """A call without effect that every station answers."""
    if exchange_of(trial).version.is_old:
        return "GetConfiguration", {"key": ["HeartbeatInterval"]}
    variable = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    return "GetVariables", {"getVariableData": [variable]}


async def back(trial: Trial, after: int, within_s: float) -> float | None:
    """How long until the station is connected and answers, in an attempt after that number, s; None: not in time."""
    exchange = exchange_of(trial)
    began = trial.clock.now()
    if await exchange.csms.connected(after=after, within_s=within_s) is None:
        return None
    await exchange.connect(after=after)
    tried = await call(exchange.there, *harmless(trial))
    return trial.clock.now() - began if tried.answered else None


@asynccontextmanager
async def impostor(
    trial: Trial,
    credential: str = "",
    *,
    context: ssl.SSLContext | None = None,
    profile: int | None = None,
    admission: Admission | None = None,
) -> AsyncIterator[Csms]:
    """Another CSMS in the place of the right one, with the credential of that name (default: the right one's), in TLS
    of another kind, or in another security profile. The right one is gone meanwhile, and comes back."""
    exchange = exchange_of(trial)
    await exchange.close()
    false = Csms(
        exchange.access,
        version=exchange.version,
        credential=exchange.access.credential(credential) if credential else None,
        context=context,
        profile=profile,
        admission=admission,
    )
    async with false:
        yield false


async def try_as(trial: Trial, false: Csms, series: str, what: str) -> bool:
    """Let the station come to a false CSMS, have that set the row's limit, and record whether it took effect."""
    exchange = exchange_of(trial)
    session = await false.connected(within_s=exchange.access.declared.connect_s)
    answer = "it did not connect"
    if session is not None:
        await trial.station.advance(_PASSED_S)
        answer = (await call(session, *exchange.call())).text
    outcomes = "; ".join(one.outcome for one in false.server.attempts) or "no attempt"
    effect = await limited(trial)
    happened = effect.happened if effect.happened is None else effect.happened or session is not None
    told = Effect(happened, effect.shown_by, f"{effect.detail}; {outcomes}")
    return record(trial, series, told, what, answer=answer)


def security_events(session: Session, kind: str, since: float) -> list[float]:
    """The times of the security events of a kind that the station has told since."""
    return [at for name, at in session.backend.security_events if name == kind and at >= since]
