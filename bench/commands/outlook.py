"""Before a run: what it will ask of real devices, and whether it may begin."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import typer
from rich.console import Console
from rich.markup import escape

from bench.catalogue.load import load_catalogue
from bench.keywords.plan_of import whole_plan
from bench.lab.config import Lab, lab_of_run
from bench.lab.station import Station
from bench.session.outlook import Outlook, outlook
from bench.session.plan import NEEDS_LEAVE, selected
from bench.session.request import Request, RequestError
from bench.session.running import processes_to_run


def announce(console: Console, request: Request, *, yes: bool) -> None:
    """Say what the run will do; on real devices ask before it begins.

    Without a terminal a run begins by itself unless a risk is allowed that can lock or harm a device: then it needs
    ``--yes``. Raises RequestError for that, typer.Exit when the answer is no.
    """
    lab = lab_of_run(request.lab)
    for fault in request.faults:
        if "@" not in fault and not lab.seats_with_fault(fault):
            text = f"{fault}: no device file of this station names it; where no seat knows it nothing is wrong"
            console.print(f"[yellow]warning:[/] {escape(text)}", highlight=False, soft_wrap=True)
    real = [name for name, seat in lab.seats.items() if not seat.emulated]
    if not real:
        console.print(f"{lab.name}: every device is emulated; nothing real is touched", highlight=False)
        return
    catalogue = load_catalogue()
    plan = selected(whole_plan(catalogue, lab, request, processes_to_run(request)), request)
    found = outlook(catalogue, lab, request, plan)
    for line in lines(lab, request, found):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if yes:
        return
    if console.is_terminal and sys.stdin.isatty():
        if not typer.confirm("Begin?"):
            raise typer.Exit(3)
    elif any(risk in request.allow for risk in NEEDS_LEAVE):
        risks = " and ".join(risk for risk in NEEDS_LEAVE if risk in request.allow)
        raise RequestError(f"{risks} is allowed on real devices and nobody is there to be asked: add --yes")


def lines(lab: Lab, request: Request, found: Outlook) -> Iterator[str]:
    """The outlook in words."""
    yield f"{lab.name}: {_tests(found.tests)} on real devices, profile {request.profile}"
    yield f"  time        {_time(found)}"
    if found.too_long:
        yield f"              {_tests(found.too_long)} may wait longer than allowance_s and then be inconclusive"
    yield f"  operator    {_operator(found)}"
    yield f"  switches    {found.relay_operations} operations{_so_far(lab)}"
    yield f"  lock-outs   {found.lock_outs} of a client of the device, each until its declared time is over"
    for risk, names in sorted(found.risks.items()):
        yield f"  {risk:<11} {', '.join(sorted(names))}"
    for risk, names in sorted(found.withheld.items()):
        yield f"  withheld    {', '.join(sorted(names))}: --allow {risk} runs them"
    yield from _locked_now(lab)


def _time(found: Outlook) -> str:
    if not found.unestimated:
        return f"about {duration(found.seconds)}"
    known = f"about {duration(found.seconds)} and" if found.seconds else "unknown:"
    return f"{known} {_tests(found.unestimated)} without an estimate for this profile"


def _tests(number: int) -> str:
    return "1 test" if number == 1 else f"{number} tests"


def _operator(found: Outlook) -> str:
    if found.undone:
        return f"nobody: {_counts(found.undone)} will not be done, and what needs them is inconclusive"
    most = f"at most {sum(found.prompts.values())} prompts ({_counts(found.prompts)})"
    known = most if found.prompts else "not needed"
    more = f" by the estimates; {_tests(found.unestimated)} without one may ask" if found.unestimated else ""
    return f"{known}{more}"


def _counts(acts: Mapping[str, int]) -> str:
    return ", ".join(f"{act.replace('_', ' ')} {count}" for act, count in sorted(acts.items()))


def _so_far(lab: Lab) -> str:
    told = [f"{name} {operations}" for name, operations, _locked in _ledgers(lab) if operations]
    return f" (so far by the ledger: {', '.join(told)})" if told else ""


def _locked_now(lab: Lab) -> Iterator[str]:
    now = datetime.now(UTC)
    for name, _operations, locked in _ledgers(lab):
        for who, until_s in sorted(locked.items()):
            until = datetime.fromtimestamp(until_s, UTC)
            if until > now:
                yield f"  locked now  client {who} of {name} until {until:%Y-%m-%d %H:%M:%S} UTC; its tests wait"


def _ledgers(lab: Lab) -> Iterator[tuple[str, int, Mapping[str, float]]]:
    """Seat, switch operations and lock-outs of each real device."""
    station = Station(lab)
    for name, seat in lab.seats.items():
        if not seat.emulated and seat.device is not None:
            ledger = station.ledger(name)
            yield name, ledger.relay_operations, ledger.lock_outs


def duration(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3 h 10 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
