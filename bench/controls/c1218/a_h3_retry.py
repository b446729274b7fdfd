"""A-H3 on C12.18: a command gets through lost packets, and moves the switch once.

The link repeats packets and, when it gives up, the crew's tool repeats the command in a new session; so it does where
the answer to a command that was carried out is lost. There is one port, so there is no other way to the meter. Judged
as on DLMS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from bench.controls.base import Probe
from bench.controls.c1218._port import access_of
from bench.controls.dlms._commands import TimedCommand, switch_command_of
from bench.controls.dlms.a_h3_retry import EFFECT, IN_TIME, QUIET_S, checks_of_repeats, record_moved
from bench.controls.losses import first
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from drivers.c1218.client import C1218Client
from drivers.c1218.errors import DecodeError
from drivers.c1218.services import Write, decode_request
from drivers.c1219.procedures import INITIATE
from drivers.transport.tap import Direction, drop

_PATIENCE_S = 1.0
"""How long the tool waits for the answer to a packet: a crew at the meter tries again soon."""
_Losing = Callable[[C1218Client], AbstractContextManager[None]]


async def stimulus(trial: Trial) -> None:
    """k lost packets with the command, a lost one of the answer, and a whole answer lost."""
    survived = trial.bound("n_dropped_survived").count
    for lost in range(1, trial.bound("n_dropped").count + 1):
        series = IN_TIME if lost <= survived else ""
        await _repeated(trial, f"{lost} packets lost", lost, _packets(Direction.OUT, lost), series)
    await _repeated(trial, "packet of the answer lost", 1, _packets(Direction.IN, 1))
    await _repeated(trial, "answer lost", 1, _Answer().lost)
    record_absent(trial, "the command by another port", "the optical port is the only one")
    record_absent(trial, "one of many devices silent", "a meter is one device; its headend reports who is silent")
    await switch_command_of(trial).restore()


async def _repeated(trial: Trial, what: str, again: int, losing: _Losing, series: str = "") -> None:
    """The command until it is answered, ``again`` times at the most, each in a session of its own."""
    exchange, access = switch_command_of(trial), access_of(trial)
    await exchange.prepare()
    command = TimedCommand(trial, what)
    await command.begin()
    tries: list[str] = []
    given = trial.clock.now()
    for _number in range(1 + again):
        async with access.session(exchange.role, response_timeout_s=_PATIENCE_S) as client:
            with losing(client):
                tried = await command.give(client)  # type: ignore[arg-type]
        tries.append(tried.text)
        if tried.answered:
            break
    await trial.station.advance(QUIET_S)
    moved = await command.looked(trial.bound("t_act").number, since=given)
    record_moved(trial, EFFECT, what, moved, tries)
    if series and moved.at is not None:
        spread, source = moved.standard_uncertainty, moved.shown_by
        elapsed = moved.at - given
        trial.record.observe(series, elapsed, what=what, unit="s", standard_uncertainty=spread, source=source)


def _packets(direction: Direction, count: int) -> _Losing:
    """The first ``count`` packets of one direction, over all sessions."""
    lose = first(count)
    return lambda client: client.taps["packet"].interfering(lose, direction)


class _Answer:
    """Loses the answer to the first order that goes out."""

    def __init__(self) -> None:
        self._ordered = self._lost = False

    @contextmanager
    def lost(self, client: C1218Client) -> Iterator[None]:
        """Above the link, which is none the wiser."""
        tap = client.taps["message"]
        with tap.interfering(self._out, Direction.OUT), tap.interfering(self._back, Direction.IN):
            yield

    def _out(self, message: bytes) -> Sequence[bytes]:
        self._ordered = self._ordered or _is_order(message)
        return (message,)

    def _back(self, message: bytes) -> Sequence[bytes]:
        if not self._ordered or self._lost:
            return (message,)
        self._lost = True
        return drop(message)


def _is_order(message: bytes) -> bool:
    """Whether a procedure is started."""
    try:
        request = decode_request(message)
    except DecodeError:
        return False
    return isinstance(request, Write) and request.table == INITIATE


PROBE = Probe("A-H3", "c1218", stimulus, checks_of_repeats)
