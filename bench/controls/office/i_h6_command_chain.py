"""I-H6 on office systems: each command can be traced through all systems to who wanted it, and none has no origin.

The row's order is followed by its correlation id: in the log of the system under test, in those of the other systems
on the station, in the log of the meter, in the business answer. Then orders come whose origin is missing, or another's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.dlms_events import declared_events
from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.office._changes import is_order
from bench.controls.office._changes_chain import checks_of_chain, followed
from bench.controls.office._log import NO_READER, log_reader, whole_log
from bench.controls.office._messages import SIGNATURE, captured
from bench.controls.office._orders import A_DAY_S, control_of, ended, give, in_words, order_of, the_one
from bench.controls.office._parties import claimed_parties
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_seat
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.messages import OriginProof
from drivers.cim.messenger import MESSAGE_PATH, MessageOptions
from drivers.cim.office import CimOffice
from drivers.cim.payloads import AuditEntry
from drivers.cim.signature import encode_base64url
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import Noun, Verb

if TYPE_CHECKING:
    from bench.controls.trial import Trial

NOT_TRACED = "systems on the way whose log has no entry under the command's id"
ANSWER_ID = "the business answer carries the command's id"
ORIGIN = "the log names who wanted the command first"
HOPS = "the log names the systems that the command came through"
TIMES = "times of the entries, from the order to its acknowledgment"
AT_METER = "the meter logged the command between the order and its acknowledgment"
REPLY = "the system's replies are signed, and the signatures hold"
WITHOUT_ORIGIN = "an order without a proved origin was taken"
EFFECT = "an order without a proved origin took effect"
GOOD = "the order with its origin took effect"

_CUSTOMER_SYSTEM, _PASSES_ON, _EXECUTES = "CIS", "MDMS", "AMI Headend"
_WINDOW_S = 60.0
_METER_EVENTS = {True: ("remote_connection", "ready_for_reconnection"), False: ("remote_disconnection",)}


@dataclass(frozen=True)
class Hop:
    """A system's entries about one command, oldest first."""

    seat: str
    entries: tuple[AuditEntry, ...]

    def about(self, action: str) -> tuple[AuditEntry, ...]:
        """Those about ``action``."""
        return tuple(entry for entry in self.entries if entry.action == action)


async def stimulus(trial: Trial) -> None:
    if not is_order(trial):
        await followed(trial)
        return
    exchange = order_of(trial)
    await exchange.prepare()
    chain = _Chain(trial)
    await chain.follow()
    await exchange.prepare()
    await chain.without_origin()
    await exchange.restore()


class _Chain:
    """The command of one trial, and those that have no origin."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.exchange = trial, order_of(trial)
        self.access, self.sender = self.exchange.access, self.exchange.sender
        self.correlation = f"bench-i-h6-{trial.random.getrandbits(64):016x}"
        self.originator = f"{self.sender}/clerk-7"

    # -- one command through all systems -------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Give the order, see it through, and look for it everywhere."""
        options = MessageOptions(correlation_id=self.correlation, originator=self.originator)
        given = self.trial.clock.now()
        async with self.access.session(self.sender) as office:
            tried = await attempt(office.order((control_of(self.trial),), options))
            if tried.accepted:
                status = await ended(self.trial, office, the_one(tried.value).order, _WINDOW_S)
                same = status.correlation == self.correlation and status.originator == self.originator
                self.trial.record.observe(ANSWER_ID, same, what=in_words(status), named=status.correlation)
                signed = tried.value.reply.signature_holds is True
                self.trial.record.observe(REPLY, signed, what="reply to the order")
        await record_effect(self.trial, self.exchange, GOOD, "the order", tried)
        acknowledged = self.trial.clock.now()
        hops = [hop async for hop in self._hops()]
        missing = [hop.seat for hop in hops if not hop.entries]
        self.trial.record.observe(NOT_TRACED, missing, what=", ".join(hop.seat for hop in hops))  # type: ignore[arg-type]
        self._compare(hops)
        self._in_order(hops)
        await self._at_meter(given, acknowledged)

    async def _hops(self) -> AsyncIterator[Hop]:
        """The systems on the station that orders concern and whose log the bench may read, the one under test first."""
        sender = self.trial.row.actor1
        giver = _CUSTOMER_SYSTEM if sender == _PASSES_ON else sender
        others = (self.trial.station.lab.seat_for_actor(actor) for actor in (_PASSES_ON, _EXECUTES, giver))
        seats = [self.access.seat, *(seat.name for seat in others if seat is not None)]
        for seat in dict.fromkeys(seats):
            access = OfficeAccess(self.trial.station, seat)
            reader = log_reader(access) if access.rights.stated else None
            if reader is None:
                record_absent(self.trial, f"log of {seat}", NO_READER)
                continue
            entries = (await whole_log(access, reader)).entries
            yield Hop(seat, tuple(entry for entry in entries if entry.correlation == self.correlation))

    def _compare(self, hops: Sequence[Hop]) -> None:
        """All entries about the order itself name the same origin, and the way that it came."""
        for hop in hops:
            for entry in hop.entries:
                if entry.action not in (_ORDERED, self.exchange.control):
                    continue
                what = f"{hop.seat}: {entry.action}"
                named = entry.originator == self.originator
                self.trial.record.observe(ORIGIN, named, what=what, named=entry.originator)
                came = bool(entry.hops) and entry.hops[0] == self.sender and entry.hops[-1] == entry.who
                self.trial.record.observe(HOPS, came, what=what, named=", ".join(entry.hops))

    def _in_order(self, hops: Sequence[Hop]) -> None:
        """The order at one system after the other, then its end, then the news of it."""
        ends = [(hop.seat, entry) for hop in hops for entry in hop.about(self.exchange.control)]
        orders = [(hop.seat, entry) for hop in hops for entry in hop.about(_ORDERED)]
        news = [(hop.seat, entry) for hop in hops for entry in hop.about(_NEWS)]
        orders.sort(key=lambda pair: len(pair[1].hops))
        news.sort(key=lambda pair: pair[1].time_stamp)
        for group in (orders, ends, news):
            for seat, entry in group:
                at = parse_iso(entry.time_stamp)
                self.trial.record.observe(TIMES, at, unit="s", what=f"{seat}: {entry.action}")

    async def _at_meter(self, given: float, acknowledged: float) -> None:
        """The meter's own entry about the command."""
        seat = meter_seat(self.trial.station)
        events = declared_events(self.trial.station.lab.seat(seat).device)
        found = [events.find(meaning) for meaning in _METER_EVENTS[self.exchange.closes]]
        declared = [one for one in found if one is not None]
        if not declared:
            record_absent(self.trial, "the meter's log", "its device file declares no such event")
            return
        access = DlmsAccess(self.trial.station, seat)
        margin = self.trial.bound("dt_clk", subject="meter_han").number
        async with access.session(MANAGEMENT, ask=True) as client:
            logged = await access.meter(client).events(declared[0].log, given - margin, acknowledged + margin)
        codes = {one.code for one in declared}
        times = [event.at for event in logged if event.code in codes and event.at is not None]
        within = [at for at in times if given - margin <= at <= acknowledged + margin]
        self.trial.record.observe(AT_METER, len(within) == 1, what=seat, entries=len(within))

    # -- commands without an origin ------------------------------------------------------------------------------------

    async def without_origin(self) -> None:
        """Orders for at once that name nobody, somebody without proof, or prove another's command."""
        async with self.access.session(self.sender) as office:
            proof = await self._proof(office)
            for what, options in (*self._nobody(), *self._another(proof)):
                tried = await attempt(give(office, control_of(self.trial), options))
                self.trial.record.observe(WITHOUT_ORIGIN, tried.accepted, what=what, answer=tried.text)
        await record_effect(self.trial, self.exchange, EFFECT, "after all orders without origin")

    async def _proof(self, office: CimOffice) -> OriginProof:
        """A signed order of the sender, as a system that passes it on would carry it along; it is cancelled."""
        later = control_of(self.trial, after_s=A_DAY_S)
        status, sent, _ = await captured(office.client, lambda: give(office, later))
        await office.cancel((status.order,))
        request = Request.from_bytes(sent)
        signature = request.headers[SIGNATURE]
        return OriginProof(signature=signature, body=encode_base64url(request.body), path=MESSAGE_PATH)

    def _nobody(self) -> Iterator[tuple[str, MessageOptions]]:
        yield "no originator", MessageOptions(originator="")
        yield "a party, but no person", MessageOptions(originator=self.sender)
        yield "a person, but no party", MessageOptions(originator="/clerk-7")
        yield "a party that nobody knows", MessageOptions(originator="nobody/clerk-7")
        yield "no way that it came", MessageOptions(hops=())
        yield "a way that does not end at the sender", MessageOptions(hops=(self.sender, "another"))

    def _another(self, proof: OriginProof) -> Iterator[tuple[str, MessageOptions]]:
        """Another party as originator: not proved, or by what proves something else."""
        other = next((party for party in claimed_parties(self.access) if party != self.sender), None)
        if other is None:
            record_absent(self.trial, "another party as originator", "the device file names no other party")
            return
        named, hops = f"{other}/clerk-7", (other, self.sender)
        yield f"{other} without proof", MessageOptions(originator=named, hops=hops)
        yield f"{other} by the sender's proof", MessageOptions(originator=named, hops=hops, origin_proof=proof)
        broken = msgspec.structs.replace(proof, body=encode_base64url(b"{}"))
        yield f"{other} by an altered proof", MessageOptions(originator=named, hops=hops, origin_proof=broken)


_ORDERED = f"{Verb.CREATE} {Noun.END_DEVICE_CONTROLS}"
_NEWS = f"{Verb.CHANGED} {Noun.END_DEVICE_CONTROLS}"


def checks(trial: Trial) -> Sequence[Check]:
    if not is_order(trial):
        return checks_of_chain(trial)
    slack = {"step": -trial.bound("dt_clk", subject="meter_han").number}
    return [
        Check("the order is carried out", "always", GOOD),
        Check("every system on the way logged it under its id", "empty", NOT_TRACED),
        Check("the business answer carries its id", "always", ANSWER_ID),
        Check("all logs name its originator", "always", ORIGIN),
        Check("all logs name the way that it came", "always", HOPS),
        Check("the entries stand in the order of the events", "rising", TIMES, slack),
        Check("the meter logged it once, in between", "always", AT_METER),
        Check("the reply is signed", "always", REPLY),
        Check("no order without a proved origin is taken", "never", WITHOUT_ORIGIN),
        Check("no such order has an effect", "never", EFFECT),
    ]


PROBE = Probe("I-H6", "office_https", stimulus, checks)
