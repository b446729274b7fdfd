"""The command ``amibench``: a thin layer over robot, pytest and Python."""

from __future__ import annotations

import io
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.commands import catalogue as catalogue_commands
from bench.commands import evidence as evidence_commands
from bench.commands import lab as lab_commands
from bench.commands import loop as loop_commands
from bench.commands import qualify as qualify_commands
from bench.commands import run as run_commands
from bench.commands.errors import clear_errors
from bench.loop.site import Site
from bench.loop.stepping import LoopSettings

app = typer.Typer(
    name="amibench",
    help="Test bench and conformance suite for Advanced Metering Infrastructure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

EMULATED = Path("lab_configs/emulated.toml")
Lab = Annotated[Path, typer.Argument(help="Lab config, e.g. lab_configs/emulated.toml", metavar="LAB")]
Run = Annotated[Path, typer.Argument(help="Directory of a run, e.g. results/20260101T120000-emulated", metavar="RUN")]
Processes = Annotated[list[str], typer.Option("--process", help="Process or section: 3.4.3, 3.4, 3. Repeatable.")]
Interfaces = Annotated[list[str], typer.Option("--interface", help="Interface, e.g. AMI-28. Repeatable.")]
Controls = Annotated[list[str], typer.Option("--control", help="Control, e.g. I-H1. Repeatable.")]
Faults = Annotated[list[str], typer.Option("--fault", help="Seeded fault, e.g. F-I19 or F-I19@meter1. Repeatable.")]
RaiseTo = Annotated[str | None, typer.Option(help="Also run, as advisory, the controls up to this level.")]
Profile = Annotated[str, typer.Option(help="quick (CI), full (certification) or endurance.")]
Allow = Annotated[list[str], typer.Option("--allow", help="Risk allowed on real devices: locks, destructive.")]
Out = Annotated[Path | None, typer.Option(help="Directory to write; results/<time>-<lab> without it.")]
Workers = Annotated[int, typer.Option(min=1, help="Robot processes, each with a station of its own (emulated only).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="A line for every test, on a terminal too.")]


@app.command()
@clear_errors
def run(
    lab: Lab,
    process: Processes = [],  # noqa: B006  (typer reads the default, never changes it)
    interface: Interfaces = [],  # noqa: B006
    control: Controls = [],  # noqa: B006
    raise_to: RaiseTo = None,
    profile: Profile = "quick",
    fault: Faults = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
    derived: Annotated[bool, typer.Option(help="Also run the rows that the paper does not print.")] = False,
    out: Out = None,
    workers: Workers = 2,
    verbose: Verbose = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Begin on real devices without asking.")] = False,
    allure: Annotated[bool, typer.Option("--allure", help="Also write Allure results, into OUT/allure.")] = False,
) -> None:
    """Run the conformance suites on a station.

    Exit code: 0 all pass, 1 some fail, 2 bench error, 3 only inconclusive or not run.
    """
    request = run_commands.request_of(
        lab, process, interface, control, raise_to, profile, fault, allow, derived=derived, out=out
    )
    raise typer.Exit(run_commands.run(Console(), request, workers, verbose=verbose, yes=yes, allure=allure))


@app.command("list")
@clear_errors
def list_catalogue(
    what: Annotated[
        str,
        typer.Argument(
            help="processes, subfunctions, rows, controls, faults, conformance, interfaces, actors, "
            "device_classes, bounds, readings; or devices: those of a station, with what they speak"
        ),
    ] = "processes",
    lab: Annotated[list[Path], typer.Option(help="Lab config whose devices to list. Repeatable.")] = [EMULATED],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Print a part of the catalogue, or the devices of a station."""
    catalogue_commands.list_catalogue(Console(), what, as_json=as_json, labs=lab)


@app.command()
@clear_errors
def coverage(
    as_json: AsJson = False,
    rows: Annotated[bool, typer.Option(help="Row by row: what covers it, and what is missing.")] = False,
) -> None:
    """For each row and each control it needs: the test that covers it, or the gap."""
    catalogue_commands.coverage(Console(), as_json=as_json, rows=rows)


@app.command()
@clear_errors
def check(
    lab: Lab,
    online: Annotated[bool, typer.Option(help="Open every link, identify every device and instrument.")] = False,
) -> None:
    """Check a lab config: names, wiring, calibration; with --online the devices too."""
    raise typer.Exit(lab_commands.check(Console(), lab, online=online))


@app.command()
@clear_errors
def emulate(lab: Lab, fault: Faults = []) -> None:  # noqa: B006
    """Keep the emulated seats of a station up and print their endpoints, until Ctrl-C."""
    lab_commands.emulate(Console(), lab, fault)


@app.command()
@clear_errors
def loop(
    lab: Lab,
    feeder: Annotated[str, typer.Option(help="ieee13, ieee34, or a file of the same form.")] = "ieee34",
    node: Annotated[str, typer.Option(help="Node at which the device stands.")] = "848",
    scale: Annotated[float, typer.Option(min=0.0, help="How many such devices the feeder sees.")] = 1.0,
    service_kv: Annotated[float, typer.Option(help="Line-to-line voltage at the device, kV.")] = 0.48,
    seconds: Annotated[float, typer.Option(min=0.0, help="How long, in the grid's time.")] = 60.0,
    step: Annotated[float, typer.Option(help="Length of a step, s.")] = 1 / 60,
    relaxation: Annotated[float, typer.Option(help="Share of each new measurement that is taken, 0 to 1.")] = 1.0,
    simulator: Annotated[str, typer.Option(help="The grid simulator's name in the lab config.")] = "grid",
    analyser: Annotated[str, typer.Option(help="The power analyser's name in the lab config.")] = "der_analyser",
    real_time: Annotated[
        bool, typer.Option(help="Pace the steps by the clock on the wall, report their jitter.")
    ] = False,
    fault: Faults = [],  # noqa: B006
    out: Out = None,
) -> None:
    """Put the station's device on a simulated feeder: grid simulator and analyser close the loop.

    Exit code: 0 ran to its end, 2 stopped by an error (the simulator's output is then off).
    """
    order = loop_commands.LoopOrder(
        feeder=feeder,
        site=Site(node, service_kv=service_kv, scale=scale),
        seconds=seconds,
        settings=LoopSettings(step_s=step, relaxation=relaxation),
        simulator=simulator,
        analyser=analyser,
        real_time=real_time,
        faults=tuple(fault),
    )
    raise typer.Exit(loop_commands.loop(Console(), lab, order, out))


@app.command()
@clear_errors
def qualify(
    process: Processes = [],  # noqa: B006
    fault: Faults = [],  # noqa: B006
    full: Annotated[bool, typer.Option(help="Run every test under every fault, not only the intended ones.")] = False,
    lab: Annotated[Path, typer.Option(help="Lab config of an emulated station.")] = EMULATED,
    derived: Annotated[bool, typer.Option(help="Also run the rows that the paper does not print.")] = False,
    out: Out = None,
    workers: Workers = 3,  # where a device hangs, a test waits in real time and needs no processor
    as_json: AsJson = False,
) -> None:
    """Run the register of seeded faults and print the detection matrix.

    Exit code: 0 every fault detected by its intended test and no false failure, 1 otherwise, 2 bench error.
    """
    raise typer.Exit(
        qualify_commands.qualify(
            Console(stderr=as_json),
            lab,
            process,
            fault,
            full=full,
            derived=derived,
            out=out,
            workers=workers,
            as_json=as_json,
        )
    )


@app.command()
@clear_errors
def report(run_directory: Run) -> None:
    """Make the report, JUnit and summary of a run again from its journal."""
    raise typer.Exit(run_commands.report(Console(), run_directory))


@app.command()
@clear_errors
def verify(run_directory: Run) -> None:
    """Judge a run again from its journals, without the device, and hold its captures against their names.

    Exit code: 0 all as recorded, 1 something differs, 2 a journal was altered or cannot be read.
    """
    raise typer.Exit(evidence_commands.verify(Console(), run_directory))


@app.command()
@clear_errors
def capture(
    run_directory: Run,
    name: Annotated[str, typer.Argument(help="Name of the capture, or how it begins.", metavar="NAME")],
    to: Annotated[Path, typer.Option(help="File to write; it must not exist.")],
) -> None:
    """Open a capture of a run. One that holds a secret is encrypted; AMIBENCH_CAPTURE_KEY names the key."""
    evidence_commands.capture(Console(), run_directory, name, to)


def main() -> None:
    """The command. SIGTERM ends it as Ctrl-C does, in order; what a terminal cannot show is replaced there."""
    signal.signal(signal.SIGTERM, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
