"""I-H6 on rows that write or notify: a change can be traced to who wanted it, and none has no origin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt, record_effect
from bench.controls.office._changes import change_of, hand_in, made_anew, record_no_effect
from bench.controls.office._log import ACCEPTED, NO_READER, log_reader, newest_number, whole_log
from bench.controls.office._messages import SIGNATURE
from bench.controls.office._parties import claimed_parties
from bench.controls.office._row import by_customer, sender_session
from bench.controls.office._visitors import CUSTOMER, credential_of
from bench.controls.variants import record_absent
from bench.exchanges.meters import asked_meter
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.messages import OriginProof
from drivers.cim.messenger import MESSAGE_PATH, Reply
from drivers.cim.office import CimOffice
from drivers.cim.payloads import AuditEntry
from drivers.cim.signature import encode_base64url
from drivers.cim.times import parse_iso

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TRACED = "the system under test logged the change under its id"
ORIGIN = "the log names who wanted the change first"
HOPS = "the log names the systems that the change came through"
TIMES = "times of the entries, from one system to the next"
REPLY = "the system's reply is signed, and the signature holds"
WITHOUT_ORIGIN = "a change without a proved origin was taken"
EFFECT = "a change without a proved origin took effect"
GOOD = "the change with its origin took effect"

_SYSTEMS = ("CIS", "MDMS", "AMI Headend", "OMS", "Billing")


async def followed(trial: Trial) -> None:
    """The row's message with an id of its own, through all logs; then such as have no origin, or another's."""
    chain = _Chain(trial)
    await chain.change.prepare()
    if by_customer(trial):
        await chain.follow_customer()
    else:
        await chain.follow()
    await chain.change.restore()
    if not by_customer(trial):
        await chain.change.prepare()
        await chain.without_origin()
        await chain.change.restore()


class _Chain:
    """The change of one trial, and those that have no origin."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.change = trial, change_of(trial)
        self.access, self.sender = self.change.access, self.change.sender
        self.correlation = f"bench-i-h6-{trial.random.getrandbits(64):016x}"
        self.originator = f"{self.sender}/clerk-7"

    async def follow(self) -> None:
        """The change by the row's sender, with an id and an originator that nobody else uses."""
        record = self.trial.record
        async with sender_session(self.trial) as office:
            assert isinstance(office, CimOffice)
            message = await self.change.request(office)
            named = made_anew(office, message, correlation_id=self.correlation, originator=self.originator)
            tried = await attempt(hand_in(office, named))
        if isinstance(tried.value, Reply):
            record.observe(REPLY, tried.value.signature_holds is True, what="reply to the message")
        await record_effect(self.trial, self.change, GOOD, "the row's message", tried)
        times: list[tuple[int, float, str]] = []
        async for seat, entries in self._logs():
            own = [entry for entry in entries if entry.correlation == self.correlation]
            if seat == self.access.seat:
                record.observe(TRACED, any(entry.result == ACCEPTED for entry in own), what=seat, entries=len(own))
            for entry in own:
                what = f"{seat}: {entry.action}"
                record.observe(ORIGIN, entry.originator == self.originator, what=what, named=entry.originator)
                came = bool(entry.hops) and entry.hops[0] == self.sender and entry.hops[-1] == entry.who
                record.observe(HOPS, came, what=what, named=", ".join(entry.hops))
            times += [(len(entry.hops), parse_iso(entry.time_stamp), f"{seat}: {entry.action}") for entry in own[:1]]
        for _, at, what in sorted(times):
            record.observe(TIMES, at, unit="s", what=what)

    async def follow_customer(self) -> None:
        """At a portal the token says who it is: the log names the customer, and the meter that it is about."""
        record_absent(self.trial, "a change without an origin", "without a token nothing is taken, which I-L4 tests")
        user, _ = credential_of(self.access, CUSTOMER)
        reader = log_reader(self.access)
        if reader is None:
            self.trial.record.could_not_look(TRACED, NO_READER)
            return
        before = await newest_number(self.access, reader)
        tried = await attempt(self.change.perform())
        await record_effect(self.trial, self.change, GOOD, "the row's message", tried)
        meter = asked_meter(self.trial.station)
        entries = (await whole_log(self.access, reader, before)).entries
        found = [entry for entry in entries if meter in entry.target and entry.result == ACCEPTED]
        self.trial.record.observe(TRACED, bool(found), what=self.access.seat, entries=len(found))
        for entry in found:
            self.trial.record.observe(ORIGIN, entry.who == user, what=entry.action, named=entry.who)

    async def _logs(self) -> AsyncIterator[tuple[str, Sequence[AuditEntry]]]:
        """The logs of the systems on the station, that of the one under test first."""
        others = (self.trial.station.lab.seat_for_actor(actor) for actor in _SYSTEMS)
        seats = [self.access.seat, *(seat.name for seat in others if seat is not None)]
        for seat in dict.fromkeys(seats):
            access = OfficeAccess(self.trial.station, seat)
            reader = log_reader(access) if access.rights.stated else None
            if reader is None:
                record_absent(self.trial, f"log of {seat}", NO_READER)
                continue
            yield seat, (await whole_log(access, reader)).entries

    async def without_origin(self) -> None:
        """Messages that name nobody, somebody without proof, or prove another's."""
        async with sender_session(self.trial) as office:
            assert isinstance(office, CimOffice)
            for what, header in (*self._nobody(), *self._another(await self._proof(office))):
                forged = made_anew(office, await self.change.request(office), **header)
                tried = await attempt(hand_in(office, forged))
                self.trial.record.observe(WITHOUT_ORIGIN, tried.accepted, what=what, answer=tried.text)
        await record_no_effect(self.trial, EFFECT, "after all messages without origin")

    async def _proof(self, office: CimOffice) -> OriginProof:
        """A signed message of the sender, as a system that passes it on would carry it along; it is not sent."""
        request = Request.from_bytes(await self.change.request(office))
        body = encode_base64url(request.body)
        return OriginProof(signature=request.headers[SIGNATURE], body=body, path=MESSAGE_PATH)

    def _nobody(self) -> Iterator[tuple[str, dict[str, Any]]]:
        yield "no originator", {"originator": ""}
        yield "a party, but no person", {"originator": self.sender}
        yield "a person, but no party", {"originator": "/clerk-7"}
        yield "a party that nobody knows", {"originator": "nobody/clerk-7"}
        yield "no way that it came", {"hops": ()}
        yield "a way that does not end at the sender", {"hops": (self.sender, "another")}

    def _another(self, proof: OriginProof) -> Iterator[tuple[str, dict[str, Any]]]:
        """Another party as originator: not proved, or by what proves something else."""
        other = next((party for party in claimed_parties(self.access) if party != self.sender), None)
        if other is None:
            record_absent(self.trial, "another party as originator", "the device file names no other party")
            return
        named, hops = f"{other}/clerk-7", (other, self.sender)
        yield f"{other} without proof", {"originator": named, "hops": hops}
        yield f"{other} by the sender's proof", {"originator": named, "hops": hops, "origin_proof": proof}
        broken = msgspec.structs.replace(proof, body=encode_base64url(b"{}"))
        yield f"{other} by an altered proof", {"originator": named, "hops": hops, "origin_proof": broken}


def checks_of_chain(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the change has its effect", "always", GOOD),
        Check("the system under test logged it", "always", TRACED),
        Check("all logs name its originator", "always", ORIGIN),
    ]
    if not by_customer(trial):
        slack = {"step": -trial.bound("dt_clk", subject="meter_han").number}
        found += [
            Check("all logs name the way that it came", "always", HOPS),
            Check("the entries stand in the order of the events", "rising", TIMES, slack),
            Check("the reply is signed", "always", REPLY),
            Check("no change without a proved origin is taken", "never", WITHOUT_ORIGIN),
            Check("no such change has an effect", "never", EFFECT),
        ]
    return found
