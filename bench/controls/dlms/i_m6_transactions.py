"""I-M6 on DLMS: what is sent twice, out of order or half happens once, in order or not at all.

The row's command or write: overtaken by a later message, in a frame whose number is one ahead, in parts of which only
the first arrives, as a frame that is sent again, and as a request that is made again. And an order whose repetition
would show: a shift of the clock, the frame sent again after its answer, as a client does that missed the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import DlmsAccess
from bench.access.prepayment import PrepaidAccount, prepayment_objects
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.dlms._events import declared, logged
from bench.controls.dlms._forged import frames_in, send_forged
from bench.controls.dlms._parameters import CLOCK, clock_of
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._surface import read_one
from bench.controls.dlms._switch import trace_of
from bench.controls.dlms._watch import Watch
from bench.controls.variants import record_absent
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.dlms_kinds import DlmsSwitchCommand
from bench.exchanges.dlms_write import DlmsWrite
from bench.judgement.check import Check
from drivers.dlms.apdu import (
    ActionRequestNormal,
    ActionRequestWithFirstPblock,
    Attribute,
    Method,
    SetRequestNormal,
    decode_apdu,
    encode_apdu,
)
from drivers.dlms.apdu.common import Block
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import I16, encode_data
from drivers.dlms.enums import Conformance
from drivers.dlms.hdlc_frame import Kind, header_length
from drivers.dlms.obis import Obis
from drivers.transport.tap import Direction, Seen, alter, first_only

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TAKEN = "a command that was overtaken, out of sequence or not whole was taken"
EFFECT = "a command that was overtaken, out of sequence or not whole took effect"
ONCE = "a command that was sent again took effect once"
ENTRIES = "entries in the meter's log of a command that was sent again"
SHIFTED = "how far the clock moved, of a shift whose frame was sent again"
GOOD = "the command took effect"

SHIFT_S = 300
TOP_UP = 1234
"""What the token adds, in the unit of the account."""
_WRAPPER = "wrapper"
_SHIFT_TIME = 6
_TOKEN_GATEWAY = Attribute(115, Obis("0.0.19.40.0.255"), 2)
_QUIET_S = 2.0
_SEND_NUMBER = 0b1110


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    await _overtaken(trial, exchange)
    await _one_ahead(trial, exchange)
    await _first_part(trial, exchange)
    await record_effect(trial, exchange, EFFECT, "after all that must not count")
    await _again(trial, exchange)
    await exchange.restore()
    await _shift(trial, exchange)
    await _token(trial, exchange)


def _numbered_ports(access: DlmsAccess, role: str) -> Sequence[str]:
    """The ports whose frames have numbers."""
    return [port for port in access.ports_of(role) if access.profile_of(port) != _WRAPPER]


# -- what must not count ---------------------------------------------------------------------------------------------


async def _overtaken(trial: Trial, exchange: DlmsExchange) -> None:
    """The command is held back on the way until a later message has been answered."""
    async with exchange.access.session(exchange.role) as client:
        if not client.identity.ciphered:
            record_absent(trial, "an overtaken command", "messages have no counter in this association")
            return
        command = client.protect(exchange.request())
        await client.get(clock_of(exchange.access))
        tried = await send_forged(client, command)
        trial.record.observe(TAKEN, tried.accepted, what="overtaken by a later message", answer=tried.text)


async def _one_ahead(trial: Trial, exchange: DlmsExchange) -> None:
    """The command comes in a frame whose number leaves one out, as if another frame had been lost."""
    ports = _numbered_ports(exchange.access, exchange.role)
    if not ports:
        record_absent(trial, "a frame one ahead", "no port of this station numbers its frames")
    for port in ports:
        async with exchange.access.session(exchange.role, port=port) as client:
            with client.taps["frame"].interfering(first_only(alter(_next_number))):
                await client.link.send(client.protect(exchange.request()))
            heard = await attempt(client.link.transport.read(trial.clock.now() + _QUIET_S))
            kinds = frames_in(heard.value.data) if heard.accepted else []
            answer = ", ".join(kind.name for kind in kinds) or heard.text
            trial.record.observe(TAKEN, Kind.I in kinds, what=f"{port}: a frame one ahead", answer=answer)
            await client.link.close()  # an RLRQ would make the link send the frame anew, under its right number


def _next_number(content: bytes) -> bytes:
    """A frame's content with N(S) one higher."""
    control = header_length(content) - 1
    number = (content[control] + 2) & _SEND_NUMBER
    return content[:control] + bytes((content[control] & ~_SEND_NUMBER & 0xFF | number,)) + content[control + 1 :]


async def _first_part(trial: Trial, exchange: DlmsExchange) -> None:
    """The first block of the command's parameter, and then the end of the association."""
    command = decode_apdu(exchange.request())
    async with exchange.access.session(exchange.role) as client:
        offered = client.negotiated.conformance & Conformance.BLOCK_TRANSFER_ACTION
        if not isinstance(command, ActionRequestNormal) or command.parameters is None or not offered:
            record_absent(trial, "a command in parts", "the row's message is none, or they are not offered")
            return
        block = Block(False, 1, encode_data(command.parameters)[:-1])
        part = ActionRequestWithFirstPblock(command.invoke, command.method, block)
        await attempt(client.send_apdu(encode_apdu(part)))


# -- what must count once --------------------------------------------------------------------------------------------


async def _again(trial: Trial, exchange: DlmsExchange) -> None:
    """The command; then its frame again, where frames are numbered, and then the same request once more.

    A method that adds something is not asked for once more: that would rightly add again.
    """
    core = exchange.core
    watch, began = Watch(trial), trial.clock.now()
    await watch.begin()
    port = next(iter(_numbered_ports(exchange.access, exchange.role)), exchange.access.ports_of(exchange.role)[0])
    async with exchange.access.session(exchange.role, port=port) as client:
        with client.taps["line"].capturing() as seen:
            command = await attempt(exchange.perform(client))
        if exchange.access.profile_of(port) == _WRAPPER:
            record_absent(trial, "the command's frame again", "no port of this station numbers its frames")
        else:
            await _send_again(trial, client, seen)
        if not isinstance(core, DlmsWrite) or isinstance(core.apdu(), SetRequestNormal):
            await send_forged(client, client.protect(exchange.request()))
    await record_effect(trial, exchange, GOOD, "the row's command", command)
    if isinstance(core, DlmsWrite):
        value = await core.present()
        trial.record.observe(ONCE, value == core.wanted, what="the row's write", held=repr(value))
        return
    await _seen_once(trial, watch)
    if isinstance(core, DlmsSwitchCommand):
        await _logged_once(trial, core, began)


async def _seen_once(trial: Trial, watch: Watch) -> None:
    """How often the witness saw the switch move."""
    changes = await watch.changes()
    if changes is None:
        trial.record.could_not_look(ONCE, f"no power analyser watches {trial.seat}")
        return
    source = "load current at the power analyser"
    trial.record.observe(ONCE, changes == 1, what="the row's command", source=source, changes=changes)


async def _logged_once(trial: Trial, command: DlmsSwitchCommand, began: float) -> None:
    entries = await logged(command.access, trace_of(command), began - _QUIET_S)
    if entries is None:
        record_absent(trial, "the command in the log", "the device file declares no event of it (event_table)")
    else:
        trial.record.observe(ENTRIES, len(entries), what="the row's command")


async def _send_again(trial: Trial, client: DlmsClient, seen: Sequence[Seen]) -> None:
    """Put the first of the frames that were ``seen`` on the line again; what comes back is of no interest."""
    frame = next(item.data for item in seen if item.direction is Direction.OUT)
    await client.taps["line"].send(frame)
    await trial.station.advance(_QUIET_S)
    client.link.transport.drain()


async def _shift(trial: Trial, exchange: DlmsExchange) -> None:
    """Shift the clock, send the frame of it again, and see how far the clock has moved."""
    access = exchange.access
    ports = _numbered_ports(access, exchange.role)
    if not ports:
        record_absent(trial, "a shift of the clock whose frame is sent again", "no port of this station numbers frames")
    shift = Method(CLOCK, access.names.clock, _SHIFT_TIME)
    for port in ports:
        async with access.session(exchange.role, port=port) as client:
            before = await _ahead(access, client)
            with client.taps["line"].capturing() as seen:
                tried = await attempt(client.action(shift, I16(SHIFT_S)))
            if not tried.accepted or before is None:
                record_absent(trial, f"{port}: a shift of the clock", f"the meter does not do it: {tried.text}")
                continue
            await _send_again(trial, client, seen)
            after = await _ahead(access, client)
            if after is None:
                trial.record.could_not_look(SHIFTED, f"{port}: the clock names no moment any more")
                continue
            moved = after - before
            trial.record.observe(SHIFTED, moved, unit="s", what=port, reference=SHIFT_S)
            await attempt(client.action(shift, I16(-round(moved))))


async def _ahead(access: DlmsAccess, client: DlmsClient) -> float | None:
    """How far the meter's clock is ahead of the bench's, s."""
    at = (await access.meter(client).clock()).at
    return None if at is None else at - client.clock.now()


async def _token(trial: Trial, exchange: DlmsExchange) -> None:
    """A token counts once: entered twice over one association, and once more over another."""
    access = exchange.access
    if not access.pixit("prepayment"):
        async with access.session(exchange.role) as client:
            answer = await read_one(client, _TOKEN_GATEWAY)
        if answer.given:
            trial.record.could_not_look(
                ONCE, "the meter takes tokens, and the device file does not say how to make one"
            )
        else:
            record_absent(trial, "a credit token entered twice", f"the meter has no token gateway: {answer.refusal}")
        return
    objects = prepayment_objects(access)
    identifier = trial.random.getrandbits(8 * objects.identifier_bytes - 1)
    async with access.session(exchange.role) as client:
        account = PrepaidAccount(client, objects)
        before = await account.credit()
        for _ in range(2):
            await attempt(account.top_up(identifier, TOP_UP))
        gained = await account.credit() - before
        trial.record.observe(ONCE, gained == TOP_UP, what="a token entered twice", gained=gained)
    async with access.session(exchange.role) as client:
        account = PrepaidAccount(client, objects)
        await attempt(account.top_up(identifier, TOP_UP))
        gained = await account.credit() - before
        trial.record.observe(ONCE, gained == TOP_UP, what="a token entered again in a new association", gained=gained)
        await account.reset(before)


def checks(trial: Trial) -> Sequence[Check]:
    exchange = exchange_of(trial)
    core = exchange.core
    found = [
        Check("what is out of order or not whole is not taken", "never", TAKEN),
        Check("it has no effect", "never", EFFECT),
        Check("the command is carried out", "always", GOOD),
        Check("what is sent again counts once", "always", ONCE),
    ]
    if isinstance(core, DlmsSwitchCommand) and declared(core.access, trace_of(core)) is not None:
        found.append(Check("it leaves no second entry in the log", "at_most", ENTRIES, {"limit": 1}))
    if _numbered_ports(exchange.access, exchange.role):
        tolerance = trial.limit("dt_clk", subject="meter_han")
        found.append(Check("a shift that is sent again counts once", "close_to_reference", SHIFTED, tolerance))
    return found


PROBE = Probe("I-M6", "dlms", stimulus, checks)
