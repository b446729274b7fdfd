"""C-L4 Errors reveal nothing beyond the protocol's codes.

Errors are provoked at the device's own server: their texts hold no trace, path or build; what is not the asker's is
answered as what does not exist. What the device writes into its log of junk that it was sent says no more than that.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.sep2._doors import posts
from bench.controls.sep2._junk import CLASSES, Junk
from bench.controls.sep2._log import entries
from bench.controls.tell_tales import told_of_the_inside
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cim.client import Answer

TELLS, SAME = "an error tells of the inside", "what is another's is answered as what does not exist"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    for name in CLASSES:
        exchange.counterpart.alter = Junk(trial, name)
        await exchange.counterpart.polled(1, within_s=exchange.access.poll_s)
        exchange.counterpart.alter = None
    told = await entries(trial)
    for entry in told:
        inside = bool(told_of_the_inside((entry.details or "").encode()))
        trial.record.observe(TELLS, inside, what=f"log entry {entry.number}", text=entry.details or "")
    if not told:
        trial.record.observe(TELLS, False, what="the log is empty")
    if exchange.access.own_server:
        await _at_its_own_server(trial)


async def _at_its_own_server(trial: Trial) -> None:
    exchange = exchange_of(trial)
    async with exchange.access.client("cems") as client:
        requests = [(name, method, path, body) for name, method, path, body in posts(exchange)]
        requests += [("junk", "POST", "/rsps/1/rsp", b"<a"), ("junk", "PUT", "/edev/1/der/1/ders", b"\xff\xfe")]
        for name, method, path, body in requests:
            tried = await attempt(client.request(method, path, body))
            body = tried.value.body if tried.accepted else b""
            trial.record.observe(TELLS, bool(told_of_the_inside(body)), what=f"{name} at {path}")
        nobody = await attempt(client.request("GET", "/edev/99"))
        other = await attempt(client.request("GET", "/edev/2"))
        trial.record.observe(SAME, _shape(nobody.value) == _shape(other.value), what="devices 2 and 99")


def _shape(answer: Answer | None) -> tuple[int, int] | None:
    return None if answer is None else (answer.status, len(answer.body))


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("errors tell nothing of the inside", "never", TELLS)]
    if exchange_of(trial).access.own_server:
        found.append(Check("what is another's is as what does not exist", "always", SAME))
    return found


PROBE = Probe("C-L4", "sep2", stimulus, checks)
