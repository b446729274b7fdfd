"""Clear errors: what is wrong and what to do, without a traceback; exit code 2, for faults of the bench too."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from bench.catalogue.errors import CatalogueError, UnknownEntryError
from bench.evidence.journal import JournalError
from bench.evidence.reading import JournalBrokenError
from bench.evidence.run import NoRunError
from bench.evidence.vault import CaptureError
from bench.exit_status import INTERRUPTED
from bench.lab.errors import LabError
from bench.loop.errors import LoopError
from bench.session.request import RequestError
from bench.session.runner import RunnerError
from drivers.clock import HostStuckError

P = ParamSpec("P")
T = TypeVar("T")

EXPECTED = (
    CaptureError,
    CatalogueError,
    HostStuckError,
    JournalBrokenError,
    JournalError,
    LabError,
    LoopError,
    NoRunError,
    RequestError,
    RunnerError,
    UnknownEntryError,
)
DEBUG_VARIABLE = "AMIBENCH_DEBUG"


def clear_errors(command: Callable[P, T]) -> Callable[P, T]:
    """Print errors in one line; ``AMIBENCH_DEBUG=1`` shows the traceback instead."""

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except EXPECTED as error:
            if os.environ.get(DEBUG_VARIABLE):
                raise
            Console(stderr=True).print(f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            Console(stderr=True).print("interrupted; the station is in its safe state", highlight=False)
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if os.environ.get(DEBUG_VARIABLE):
                raise
            said = escape(f"{type(error).__name__}: {error}")
            told = f"[bold magenta]bench error:[/] {said} ({DEBUG_VARIABLE}=1 shows where; please report it)"
            Console(stderr=True).print(told, highlight=False, soft_wrap=True)
            raise typer.Exit(2) from None

    return guarded
