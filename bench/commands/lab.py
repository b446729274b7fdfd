"""``amibench check`` and ``amibench emulate``."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.access.stated import every_problem
from bench.catalogue.load import load_catalogue
from bench.lab.checks import Severity
from bench.lab.config import Lab, load_lab
from bench.lab.errors import LabError
from bench.lab.online import check_online
from bench.lab.redacted_logs import redacted_logs
from bench.lab.station import Station


def check(console: Console, path: Path, *, online: bool) -> int:
    """Print every problem of the lab config, and with ``online`` who answers; 0 when nothing is wrong, else 1."""
    lab = load_lab(path)
    problems = every_problem(lab, catalogue=load_catalogue())
    for problem in problems:
        style = "bold red" if problem.severity is Severity.ERROR else "yellow"
        said = escape(f"{problem.where}: {problem.text}")
        console.print(f"[{style}]{problem.severity.value}[/]: {said}", highlight=False, soft_wrap=True)
    good = not any(problem.severity is Severity.ERROR for problem in problems)
    counts = ", ".join(
        _count(number, word) for number, word in ((len(lab.seats), "seat"), (len(lab.instruments), "instrument"))
    )
    console.print(f"{path}: {counts}, {_count(len(problems), 'problem')}", highlight=False, soft_wrap=True)
    if online and good:
        good = asyncio.run(_online(console, lab))
    return 0 if good else 1


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


async def _online(console: Console, lab: Lab) -> bool:
    station = Station(lab)
    with redacted_logs(station.secrets.redact):
        async with station:
            answers = await check_online(station)
    for answer in answers:
        style = "bold red" if answer.problem else "green"
        said = escape(answer.problem or answer.identity or "answers")
        console.print(f"{escape(answer.where)}: [{style}]{said}[/]", highlight=False, soft_wrap=True)
    return not any(answer.problem for answer in answers)


def emulate(console: Console, path: Path, faults: Sequence[str]) -> None:
    """Keep the emulated seats up, print where they are reached, until Ctrl-C or SIGTERM."""
    lab = load_lab(path)
    if not any(seat.emulated for seat in lab.seats.values()):
        raise LabError(f"{path}: no seat of this station is emulated: there is nothing to keep up")
    asyncio.run(_emulate(console, lab, faults))


async def _emulate(console: Console, lab: Lab, faults: Sequence[str]) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with Station(lab, faults=faults) as station:
        table = Table("seat", "port", "carries", "URL", box=None, pad_edge=False)
        for name, seat in lab.seats.items():
            for port, link in seat.links.items():
                if seat.emulated:
                    table.add_row(name, port, link.carries, station.endpoint(name, port).url)
        console.print(table)
        console.print("emulated seats are up; Ctrl-C ends them", highlight=False)
        with contextlib.suppress(asyncio.CancelledError):
            await ended.wait()
