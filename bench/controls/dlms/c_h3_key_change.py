"""C-H3 Per-device keys and key change.

The keys of the row's client, and the password of an LLS client where there is one, are changed on the normal path. The
new credential must work soon, the old one never again, and after a power cut in the middle exactly one of the two. No
unit takes the credential of another.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from bench.access.dlms import PUBLIC, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.dlms._credentials import log_on_roles, log_on_with, second_unit
from bench.controls.dlms._forged import send_forged
from bench.controls.dlms._lines import port_of
from bench.controls.dlms._policy import PolicyOf
from bench.controls.dlms._rotation import KeyRotation, PasswordRotation, Rotation
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._surface import ASSOCIATION, CURRENT_ASSOCIATION, object_list
from bench.controls.variants import record_absent
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TAKEN = "the change of the credential was taken"
NEW_VALID = "time from the change to the first log-on with the new credential"
NEW_WORKS = "the new credential logs on"
OLD_WORKS = "the old credential still logged on"
AFTER_CUT = "what logs on after a power cut during the change"
CAME_BACK = "the meter answered again after a power cut"
SHARED = "the key of one unit logged on to the other"
OLD, NEW, BOTH, NEITHER = "old", "new", "both", "neither"
_STEP_S = 1.0
_OFF_S = 3.0


async def stimulus(trial: Trial) -> None:
    access = exchange_of(trial).access
    record_absent(trial, "change of a certificate", "the device file declares none")
    await _two_units(trial, access)
    async for rotation in _rotations(trial, access):
        if not await _Change(trial, access, rotation).run():
            return


async def _rotations(trial: Trial, access: DlmsAccess) -> AsyncIterator[Rotation[Any]]:
    """The credentials that can be changed: keys of the row's client, password of the first LLS client."""
    role = exchange_of(trial).role
    table = access.client(role)
    setup = await PolicyOf(access, role).setup() if table.ciphered else None
    if setup is not None and table.master_key:
        yield KeyRotation(access, role, setup)
    else:
        record_absent(
            trial, f"change of the keys of client {role}", "it has no keys, or no master key to wrap new ones"
        )
    local = next((other for other in log_on_roles(access) if access.client(other).guessable), None)
    if local is None or port_of(access, local) is None:
        record_absent(trial, "change of a password", "no client that the station reaches logs on with one")
        return
    async with access.session(local, port=port_of(access, local)) as client:
        view = await object_list(client)
    own = [item.name for item in view if item.class_id == ASSOCIATION and item.name != CURRENT_ASSOCIATION]
    if own:
        yield PasswordRotation(access, local, own[0])
    else:
        record_absent(trial, f"change of the password of client {local}", "its association has no name of its own")


class _Change:
    """The tries with one credential. It is in the end what it was at first."""

    def __init__(self, trial: Trial, access: DlmsAccess, rotation: Rotation[Any]) -> None:
        self._trial = trial
        self._access = access
        self._rotation = rotation
        port = port_of(access, rotation.role)
        assert port is not None
        self._port = port
        self._span_s = 0.0

    async def run(self) -> bool:
        """All of them. False when the meter is left without a credential that works."""
        rotation = self._rotation
        original = rotation.current()
        new = rotation.fresh()
        if not await self._apply(new):
            return True
        await self._old_is_refused(original, new)
        for number in range(self._trial.bound("n_rotation_cuts").count):
            if not await self._interrupted(number):
                return False
        await self._apply(original)
        return True

    async def _apply(self, new: Any) -> bool:
        """Change to ``new`` and log on with it. False when the meter did not take the change."""
        rotation, trial = self._rotation, self._trial
        rotation.begin(new)
        async with self._access.session(rotation.sender, check_counters=False) as client:
            started = trial.clock.now()
            tried = await send_forged(client, client.protect(rotation.request(new)))
            self._span_s = trial.clock.now() - started
        trial.record.observe(TAKEN, tried.accepted, what=rotation.title, answer=tried.text)
        if not tried.accepted and not (await rotation.log_on(new, self._port)).accepted:
            rotation.abandon(new)
            return False
        rotation.finish(new)
        await self._first_log_on(new, started)
        return True

    async def _first_log_on(self, new: Any, started: float) -> None:
        """How long after the change the new credential logs on for the first time."""
        trial, patience_s = self._trial, 2 * self._trial.bound("t_new_key").number
        tried = await self._rotation.log_on(new, self._port)
        while not tried.accepted and trial.clock.now() - started < patience_s:
            await trial.station.advance(_STEP_S)
            tried = await self._rotation.log_on(new, self._port)
        trial.record.observe(NEW_WORKS, tried.accepted, what=self._rotation.title, answer=tried.text)
        if tried.accepted:
            trial.record.observe_duration(NEW_VALID, trial.clock.now() - started, what=self._rotation.title)

    async def _old_is_refused(self, old: Any, new: Any) -> None:
        """The old credential, again and again; below a lock-out, so that it is the credential that is refused."""
        table = self._access.client(self._rotation.role)
        tries = self._trial.bound("n_old_key").count
        at_a_time = max(1, int(self._access.pixit("lockout", {}).get("tries", 3)) - 1) if table.guessable else tries
        for number in range(1, tries + 1):
            tried = await self._rotation.log_on(old, self._port)
            what = f"{self._rotation.title}, try {number}"
            self._trial.record.observe(OLD_WORKS, tried.accepted, what=what, answer=tried.text)
            if number % at_a_time == 0 or number == tries:
                tried = await self._rotation.log_on(new, self._port)
                self._trial.record.observe(NEW_WORKS, tried.accepted, what=f"after {what}", answer=tried.text)

    async def _interrupted(self, number: int) -> bool:
        """Cut the power while the credential changes. False when the meter is then not to be used any more.

        The cuts are spread over the time that the change took: each falls at random into its own part of it.
        """
        trial, rotation = self._trial, self._rotation
        count = trial.bound("n_rotation_cuts").count
        after_s = self._span_s * (number + trial.random.random()) / count
        old, new = rotation.current(), rotation.fresh()
        what = f"{rotation.title}, cut {number + 1}, {1000 * after_s:.0f} ms after the request"
        rotation.begin(new)
        client = self._access.new_client(rotation.sender, check_counters=False)
        try:
            await client.associate()
            await client.taps["ciphered"].send(client.protect(rotation.request(new)))
            await trial.station.advance(after_s)
            await trial.station.power(self._access.seat, False)
        finally:
            await client.abort()
        await trial.station.advance(_OFF_S)
        await trial.station.power(self._access.seat, True)
        back = await self._answers_again()
        trial.record.observe(CAME_BACK, back, what=what)
        return back and await self._exactly_one(old, new, what)

    async def _answers_again(self) -> bool:
        """Wait until the meter answers somebody who needs no key: which key it holds is the question."""
        trial, access = self._trial, self._access
        if PUBLIC not in access.clients:
            await trial.station.advance(trial.bound("t_boot").number)
            return True
        deadline = trial.clock.now() + 2 * trial.bound("t_boot").number
        while trial.clock.now() < deadline:
            if (await attempt(self._ask_anybody())).accepted:
                return True
            await trial.station.advance(_STEP_S)
        return False

    async def _ask_anybody(self) -> None:
        async with self._access.session(PUBLIC) as client:
            await self._access.meter(client).clock()

    async def _exactly_one(self, old: Any, new: Any, what: str) -> bool:
        rotation = self._rotation
        with_old = await rotation.log_on(old, self._port)
        with_new = await rotation.log_on(new, self._port)
        works = {(True, True): BOTH, (True, False): OLD, (False, True): NEW, (False, False): NEITHER}
        found = works[with_old.accepted, with_new.accepted]
        self._trial.record.observe(AFTER_CUT, found, what=what, old=with_old.text, new=with_new.text)
        if found == NEITHER:
            return False
        if with_new.accepted:
            rotation.finish(new)
        else:
            rotation.abandon(new)
        return True


async def _two_units(trial: Trial, access: DlmsAccess) -> None:
    """The keys of two units on one another."""
    role = exchange_of(trial).role
    other = second_unit(trial)
    if other is None or role not in other.clients:
        trial.record.could_not_look(SHARED, "the station has one unit of the type only, and two are needed")
        return
    for owner, device in ((other, access), (access, other)):
        port = port_of(device, role)
        if port is not None:
            await device.ask_counter(role, port)
            tried = await log_on_with(owner, device, role, port)
            what = f"client {role} of {owner.seat} on {device.seat}"
            trial.record.observe(SHARED, tried.accepted, what=what, answer=tried.text)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the change is taken on the normal path", "always", TAKEN),
        Check("the new credential logs on", "always", NEW_WORKS),
        Check("the new credential is valid soon", "at_most", NEW_VALID, trial.limit("t_new_key")),
        Check("the old credential is refused", "never", OLD_WORKS),
        Check("the meter comes back after each power cut", "always", CAME_BACK),
        Check("after a power cut exactly one credential works", "one_of", AFTER_CUT, {"allowed": [OLD, NEW]}),
        Check("no unit takes the key of another", "never", SHARED),
    ]


PROBE = Probe("C-H3", "dlms", stimulus, checks)
