"""The row's own sender at work: harmless requests, how many of them are served, and how soon."""

from __future__ import annotations

from bench.access.office_rights import Act
from bench.controls.attempts import Attempt, attempt
from bench.controls.office._row import by_customer, exchange_of
from bench.controls.office._visitors import CUSTOMER, credential_of
from bench.controls.trial import Trial
from bench.exchanges.meters import asked_meter
from bench.exchanges.office_kinds import OfficeReading
from drivers.cim.errors import BadAnswerError, OfficeSilenceError
from drivers.cim.messenger import Reply
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient
from drivers.cim.vocabulary import Noun, Result, Verb

SERVED = "legitimate request served during the attack"
HANGING_S = 10.0
"""Real time after which a system on a stepped clock, where answers take none of it, is taken for hanging: so long that
a machine that is busy with other things does not make one of a system that works."""

_RENEW_S = 60.0
_WHERE_ORDERS_STAND = Act(Verb.GET, Noun.END_DEVICE_CONTROLS)


def patience_of(trial: Trial, seconds: float) -> float:
    """Real time to wait for an answer that may take ``seconds`` of station time."""
    return seconds if trial.clock.mode == "free" else HANGING_S


class LegitimateClient:
    """The row's sender in one session, which it takes up again when it was lost.

    Its request has no effect: the question where orders stand, or a customer's look at the account, which no meter has
    to answer. Who may ask neither sends the row's message, a question too; only Billing, which answers its sender none,
    is handed the same correction again.
    """

    def __init__(self, trial: Trial, patience_s: float) -> None:
        """``patience_s``: station time that an answer may take before the client gives up."""
        self._trial = trial
        self._exchange = exchange_of(trial)
        self._real_s = patience_of(trial, patience_s)
        self._patience_s = patience_s
        self._asks_for_orders = self._exchange.access.rights.may(self._exchange.sender, _WHERE_ORDERS_STAND)
        self._session: CimOffice | PortalClient | None = None
        self._good_until = 0.0
        self.hangs = False

    async def begin(self) -> None:
        """Set the scene of the request, and see that it is answered. Raises what the system answers."""
        if not (self._asks_for_orders or by_customer(self._trial)):
            await self._exchange.prepare()
        await self._request()

    async def ready(self) -> None:
        """Have a session whose log-on is good, so that the next request is nothing but that. Raises as `begin`."""
        await self._there()

    async def ask(self) -> Attempt:
        """One request; accepted when its answer is a correct one."""
        tried = await attempt(self._request())
        self.hangs = isinstance(tried.error, OfficeSilenceError)
        if not tried.accepted:
            await self.end()
        return tried

    async def ask_under_attack(self, what: str) -> bool:
        """One request; recorded as served when it is answered in time."""
        asked = self._trial.clock.now()
        tried = await self.ask()
        elapsed = self._trial.clock.now() - asked
        served = tried.accepted and elapsed <= self._patience_s
        self._trial.record.observe(SERVED, served, what=what, elapsed_s=elapsed, answer=tried.text)
        return served

    async def answers_within(self, patience_s: float, every_s: float = 1.0) -> float | None:
        """Seconds of station time until a request is served, asked anew ``every_s``; None after ``patience_s``."""
        started = self._trial.clock.now()
        while True:
            tried = await self.ask()
            waited = self._trial.clock.now() - started
            if tried.accepted and waited <= patience_s:
                return waited
            if waited > patience_s or isinstance(tried.error, OfficeSilenceError):
                return None
            await self._trial.station.advance(every_s)

    async def end(self) -> None:
        """Close the session; the next request opens another."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _request(self) -> None:
        session = await self._there()
        if isinstance(session, PortalClient):
            correct = asked_meter(self._trial.station) in (await session.account()).get("meters", ())
        elif self._asks_for_orders:
            correct = (await session.orders()).reply.result is Result.OK
        else:
            answer = await self._exchange.send(session)
            correct = not isinstance(answer, Reply) or answer.result is Result.OK
            if isinstance(self._exchange, OfficeReading):
                correct = bool((await self._exchange.observe()).happened)
        if not correct:
            raise BadAnswerError("the answer holds nothing of what was asked")

    async def _there(self) -> CimOffice | PortalClient:
        if self._session is not None and self._trial.clock.now() >= self._good_until:
            await self.end()
        if self._session is None:
            self._session = await self._opened()
        return self._session

    async def _opened(self) -> CimOffice | PortalClient:
        access = self._exchange.access
        if not by_customer(self._trial):
            office = access.office(self._exchange.sender)
            office.client.timeout_s = self._real_s
            self._good_until = float("inf")
            return office
        portal = access.portal()
        portal.client.timeout_s = self._real_s
        try:
            life_s = await portal.sign_in(*credential_of(access, CUSTOMER))
        except BaseException:
            await portal.close()
            raise
        self._good_until = self._trial.clock.now() + max(life_s - _RENEW_S, life_s / 2)
        return portal
