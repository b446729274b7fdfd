"""The emulated ANSI meter's account, limits and owner's table: tables 115 to 117 and 6, procedure 22."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable

import pytest

from drivers.c1218.errors import RefusedError
from drivers.c1218.meter import C1218Meter
from drivers.c1218.names import ProcedureCall
from drivers.c1219.general import UTILITY, UTILITY_LAYOUT
from drivers.c1219.load_control import (
    ACT_LOAD_CONTROL,
    LOAD_CONTROL_CONDITIONS,
    LOAD_CONTROL_LAYOUT,
    Condition,
    LoadControlConditions,
    load_control_conditions,
)
from drivers.c1219.prepayment import (
    CREDIT_CHANGE,
    CREDIT_NOW,
    PREPAYMENT_CONTROL,
    PREPAYMENT_STATUS,
    PREPAYMENT_STATUS_LAYOUT,
    CreditChange,
    How,
    LimitAction,
    PrepaymentControl,
    PrepaymentStatus,
    StatusFlags,
    prepayment_control,
)
from drivers.c1219.procedures import Procedure, ProcedureRefusedError, ProcedureResult
from drivers.metering import SwitchState
from tests.unit.c1218.station import C12Station

StationMaker = Callable[..., Awaitable[C12Station]]
CONTROL = prepayment_control(2)
TERMS = PrepaymentControl(1, LimitAction.DISCONNECT, 0, 50_000, 0, (100_000, 200_000))
A_KWH = 200_000
"""What a kWh costs at night, in the second tier."""


async def configure(meter: C1218Meter, terms: PrepaymentControl) -> None:
    formats = (await meter.configuration()).formats
    await meter.client.write(PREPAYMENT_CONTROL, CONTROL.encode(terms, formats))


async def change(meter: C1218Meter, how: int, amount: int, transaction: int = 0) -> int:
    formats = (await meter.configuration()).formats
    parameters = CREDIT_CHANGE.encode(CreditChange(how, amount, transaction), formats)
    answer = await meter.procedure(ProcedureCall(int(Procedure.MODIFY_CREDIT), parameters))
    return CREDIT_NOW.decode(answer, formats).credit


async def status(meter: C1218Meter) -> PrepaymentStatus:
    return await meter.table(PREPAYMENT_STATUS, PREPAYMENT_STATUS_LAYOUT)


async def test_credit_is_set_added_and_subtracted_and_a_transaction_counts_once(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter() as meter:
        await configure(meter, TERMS)
        assert await meter.table(PREPAYMENT_CONTROL, CONTROL) == TERMS
        assert await change(meter, How.SET, 300_000) == 300_000
        assert await change(meter, How.ADD, 50_000, transaction=7) == 350_000
        assert await change(meter, How.SUBTRACT, 20_000, transaction=8) == 330_000
        for how in (How.ADD, How.SUBTRACT):
            with pytest.raises(ProcedureRefusedError) as refused:
                await change(meter, how, 50_000, transaction=7)
            assert refused.value.result is ProcedureResult.CONFLICT
        assert (await status(meter)).credit == 330_000


@pytest.mark.parametrize(("how", "amount"), [(3, 1), (How.ADD, 0), (How.ADD, -1), (How.SET, 2_000_000_001)])
async def test_changes_without_meaning_are_refused(make_station: StationMaker, how: int, amount: int) -> None:
    station = await make_station()
    async with station.meter() as meter:
        await configure(meter, TERMS)
        before = (await status(meter)).credit
        with pytest.raises(ProcedureRefusedError):
            await change(meter, how, amount, transaction=1)
        assert (await status(meter)).credit == before


async def test_the_account_runs_low_and_out_and_cuts_the_supply(make_station: StationMaker) -> None:
    station = await make_station()
    station.load(1_000.0)
    async with station.meter() as meter:
        await change(meter, How.SET, A_KWH)
        await configure(meter, TERMS)
        first = await status(meter)
        assert first.flags == 0
    await station.wait(0.8 * 3600.0)
    async with station.meter() as meter:
        assert (await status(meter)).flags == StatusFlags.LOW
    await station.wait(3600.0)
    async with station.meter() as meter:
        last = await status(meter)
        assert last.flags == StatusFlags.EXHAUSTED
        assert (last.credit <= 0, last.remaining_s) == (True, 0)
        assert (await meter.switch()).state is not SwitchState.CONNECTED


@pytest.mark.parametrize(
    "wrong",
    [{"prepaid": 2}, {"action": 4}, {"low": -1}, {"limit_w": -1}, {"prices": (100_500, 200_000)}, {"prices": (-1, 0)}],
)
async def test_terms_that_the_meter_cannot_keep_are_refused_whole(
    make_station: StationMaker, wrong: dict[str, object]
) -> None:
    station = await make_station()
    async with station.meter() as meter:
        await configure(meter, TERMS)
        with pytest.raises(RefusedError):
            await configure(meter, dataclasses.replace(TERMS, emergency=1, **wrong))  # type: ignore[arg-type]
        assert await meter.table(PREPAYMENT_CONTROL, CONTROL) == TERMS


async def test_a_reader_sees_the_account_and_changes_nothing(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter("reader") as meter:
        await status(meter)
        with pytest.raises(RefusedError):
            await configure(meter, TERMS)
        with pytest.raises(ProcedureRefusedError) as refused:
            await change(meter, How.ADD, 1, transaction=1)
        assert refused.value.result is ProcedureResult.NO_AUTHORIZATION


async def test_thresholds_of_conditions_are_set_all_or_none(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter() as meter:
        formats = (await meter.configuration()).formats
        layout = load_control_conditions(await meter.table(ACT_LOAD_CONTROL, LOAD_CONTROL_LAYOUT))
        first = (await meter.table(LOAD_CONTROL_CONDITIONS, layout)).conditions
        wanted = tuple(dataclasses.replace(one, threshold=1_000 + number) for number, one in enumerate(first))
        await meter.client.write(LOAD_CONTROL_CONDITIONS, layout.encode(LoadControlConditions(wanted), formats))
        assert (await meter.table(LOAD_CONTROL_CONDITIONS, layout)).conditions == wanted
        other = (Condition(wanted[0].source, 5, wanted[0].level), *wanted[1:-1], Condition(99, 5, wanted[-1].level))
        with pytest.raises(RefusedError):
            await meter.client.write(LOAD_CONTROL_CONDITIONS, layout.encode(LoadControlConditions(other), formats))
        assert (await meter.table(LOAD_CONTROL_CONDITIONS, layout)).conditions == wanted


async def test_position_and_remark_in_the_owners_table(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter("master") as meter:
        formats = (await meter.configuration()).formats
        utility = await meter.table(UTILITY, UTILITY_LAYOUT)
        moved = dataclasses.replace(
            utility, coordinate1=b"+048.13715", coordinate2=b"-011.57612", miscellaneous="WATCH", tariff="T1"
        )
        await meter.client.write(UTILITY, UTILITY_LAYOUT.encode(moved, formats))
        assert await meter.table(UTILITY, UTILITY_LAYOUT) == moved
        for wrong in (b"+091.00000", b"north     "):
            bad = UTILITY_LAYOUT.encode(dataclasses.replace(moved, coordinate1=wrong), formats)
            with pytest.raises(RefusedError):
                await meter.client.write(UTILITY, bad)
        assert await meter.table(UTILITY, UTILITY_LAYOUT) == moved
