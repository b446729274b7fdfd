"""An order for tomorrow: something that a system has been told and must not forget."""

from __future__ import annotations

from bench.access.office import OfficeAccess
from bench.access.office_rights import Act
from bench.controls.office._orders import A_DAY_S, control_of, give, in_words, the_one
from bench.controls.office._parties import claimed_parties
from bench.controls.trial import Trial
from drivers.cim.vocabulary import Control, Noun, OrderState, Verb

_ORDER = Act(Verb.CREATE, Noun.END_DEVICE_CONTROLS, Control.CONNECT)


def giver_of(access: OfficeAccess) -> str | None:
    """A party that may order here that a switch be closed, None where nobody may."""
    return next((party for party in claimed_parties(access) if access.rights.may(party, _ORDER)), None)


async def give_for_tomorrow(trial: Trial, access: OfficeAccess, giver: str) -> str:
    """Order that the switch of the meter under test be closed tomorrow; the order's number. Raises its refusal."""
    async with access.session(giver) as office:
        status = await give(office, control_of(trial, after_s=A_DAY_S, control=Control.CONNECT))
    return status.order


async def how_it_stands(access: OfficeAccess, giver: str, number: str) -> str:
    """State and code of the order; raises the system's refusal, also where it does not know the order."""
    async with access.session(giver) as office:
        return in_words(the_one(await office.orders((number,))))


async def take_all_back(access: OfficeAccess, giver: str) -> None:
    """Cancel what still waits."""
    async with access.session(giver) as office:
        waiting = [one.order for one in (await office.orders()).orders if one.state is OrderState.SCHEDULED]
        if waiting:
            await office.cancel(waiting)
