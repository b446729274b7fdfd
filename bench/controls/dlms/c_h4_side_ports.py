"""C-H4 Side ports leak nothing.

While the row's exchange runs on its own port and a canary text is read there, all other ports of the meter are open:
what comes out of them unasked, and what an optical port reads out in mode C of IEC 62056-21 to anybody, must hold
neither the canary nor the row's values nor a secret. A port that the supplier declares to show readings and messages to
the customer who holds it (PIXIT ``customer_ports``) must hold no secret. A display is for a person to watch.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bench.access.dlms_secrets import known_secrets
from bench.controls.base import Probe
from bench.controls.dlms._canary import READ, Forms, canaries, planted
from bench.controls.dlms._row import access_of, exchange_of
from bench.controls.traces import forms_of, found_in
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from bench.lab.operator import OperatorRefusedError
from drivers.iec62056_21.sign_on import SerialLine, SignOnError, read_out
from drivers.transport.base import SilenceError, Transport, TransportError

if TYPE_CHECKING:
    from bench.controls.trial import Trial

FOUND = "canaries found outside the row's port"
DISPLAY = "the display shows data of the row"
_DISPLAY_ITEM = "display"
_MODE_E = "mode_e"
_LISTEN_S = 5.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    async with planted(trial) as canary:
        await _listen_on_all(trial, canary)
        await _display(trial)
    await exchange.restore()


async def _listen_on_all(trial: Trial, canary: bytes) -> None:
    own = access_of(trial).ports[0]
    others = [port for port in trial.station.lab.seat(trial.seat).links if port != own]
    if not others:
        record_absent(trial, "side ports", "the station is wired to one port of the meter only")
        trial.record.observe(FOUND, [], what="no side port")
    async with AsyncExitStack() as stack:
        lines: dict[str, Transport] = {}
        for port in others:
            line = trial.station.transport(trial.seat, port)
            await line.open()
            stack.push_async_callback(line.close)
            lines[port] = line
        forms = await _row_and_canary(trial, canary)
        for port, line in lines.items():
            heard = await _unasked(trial, line)
            _search(trial, _sought_at(trial, port, forms), heard, f"{port}, unasked")
            if trial.station.lab.seat(trial.seat).links[port].profile == _MODE_E and isinstance(line, SerialLine):
                _search(trial, forms, await _read_out(line), f"{port}, data readout")


async def _row_and_canary(trial: Trial, canary: bytes) -> Forms:
    """The row's exchange on its own port; what to look for elsewhere."""
    exchange = exchange_of(trial)
    async with exchange.access.session(exchange.role) as client:
        await exchange.send(client)
        found = await canaries(trial, client, canary)
    return {**found, **{name: forms_of(secret) for name, secret in known_secrets(exchange.access).items()}}


def _sought_at(trial: Trial, port: str, forms: Forms) -> Forms:
    """What must not come out of a port. At one that is declared to show its customer readings and messages, secrets."""
    if port not in access_of(trial).pixit("customer_ports", []):
        return forms
    record_absent(trial, f"the row's values at {port}", "declared as a port that shows them to the customer")
    secrets = known_secrets(access_of(trial))
    return {name: form for name, form in forms.items() if name in secrets}


async def _unasked(trial: Trial, line: Transport) -> bytes:
    """What came out of ``line`` during the exchange and comes within some seconds after it."""
    heard = b""
    deadline = trial.clock.now() + _LISTEN_S
    try:
        while True:
            heard += (await line.read(deadline)).data
    except (SilenceError, TransportError):
        return heard


async def _read_out(line: SerialLine) -> bytes:
    """What the optical port reads out to anybody, as it was on the line."""
    with line.tap.capturing() as seen:
        try:
            await read_out(line)
        except (SilenceError, SignOnError):
            pass  # it offers no readout: what it said instead is looked at all the same
    return b"".join(one.data for one in seen)


def _search(trial: Trial, forms: Forms, heard: bytes, what: str) -> None:
    """Also with the points taken out: a readout writes 4567.890 for a register of 4567890."""
    hits = [
        f"{name}, {form}, on {what}"
        for name in forms
        for form in dict.fromkeys((*found_in(heard, forms[name]), *found_in(heard.replace(b".", b""), forms[name])))
    ]
    kept = [trial.record.capture(heard)] if heard else []
    trial.record.observe(FOUND, list(hits), what=what, bytes_heard=len(heard), captures=kept)


async def _display(trial: Trial) -> None:
    device = trial.station.lab.seat(trial.seat).device
    state = device.pics.state(_DISPLAY_ITEM) if device is not None else "undeclared"
    if state == "not_supported":
        record_absent(trial, "display", "the PICS says that there is none")
        trial.record.observe(DISPLAY, False, what="no display")
    elif state == "undeclared":
        trial.record.could_not_look(DISPLAY, "the PICS does not say whether the device has a display")
    else:
        try:
            await trial.station.operator.ask(
                f"watch the display of {trial.seat} through a whole scroll and see that it shows no interval data "
                "and no name or number of a customer"
            )
            trial.record.observe(DISPLAY, False, what="by the operator", source="operator")
        except OperatorRefusedError:
            trial.record.observe(DISPLAY, True, what="by the operator", source="operator")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("a canary is read on the row's port", "always", READ),
        Check("no side port gives the canary, the row's values or a secret away", "empty", FOUND),
        Check("the display shows nothing of the row's data", "never", DISPLAY),
    ]


PROBE = Probe("C-H4", "dlms", stimulus, checks)
