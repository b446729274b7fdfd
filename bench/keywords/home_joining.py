"""Keywords of 5.3, enrol and commission a device: who joins a home, when, and by what."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.sep2_member import CREATED, NO_CONTENT, OK, fingerprint
from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_events import LoadControl, When, new_mrid
from bench.judgement.observation import Json
from bench.keywords.life_cycle import LifeCycleLibrary
from drivers.sep2.est import new_key
from drivers.sep2.events import Event
from drivers.sep2.identity import with_check_digit
from drivers.sep2.programs import Program
from drivers.sep2.vocabulary import ResponseStatus

JOINED, REFUSED = "the device joins", "who tries to join"
AGAIN = "the answer to a device that is registered already"
ENTRIES, PINS = "how often it is listed", "the PIN that it is listed with"
IN_WINDOW, OUTSIDE = "it joins while the window is open", "it joins while the window is closed"
KEYS, KEY_GIVEN, SHARED = "link keys of the home's devices", "a link key is given", "a key is given that another has"
WRONG, RIGHT = "the device follows a server that has another PIN for it", "it follows one that has the right PIN"
_WINDOW_S, _LONGER_S = 60.0, 100_000.0
_LONGEST_S = 900.0
_GUARD_S = 1200.0
_NOT_NEW: list[Json] = [OK, NO_CONTENT, 303, 403, 409]


@library(scope="TEST", auto_keywords=False)
class HomeJoining(LifeCycleLibrary):
    """Devices come to a gateway, and gateways to a device."""

    # -- enrol device ------------------------------------------------------------------------------------------------

    @keyword("Join As Entered And Once More")
    def join_twice(self) -> None:
        """The appliance is entered with its SFDI and PIN. Example: | Join As Entered And Once More |"""
        self.run(self._join_twice(), _GUARD_S)

    async def _join_twice(self) -> None:
        device = self.appliance
        await device.enter()
        await device.open_window(_WINDOW_S)
        self.recorder.observe(JOINED, await device.join() == CREATED, what="at first")
        again = await device.join()
        self.recorder.observe(AGAIN, again)
        found = await device.entries()
        self.recorder.observe(ENTRIES, sum(one.lfdi == device.lfdi for one in found), others=len(found) - 1)
        self.recorder.observe(PINS, await device.registered_pin(found[0]) == device.pin)

    @keyword("It Should Be Registered Once")
    def registered_once(self) -> None:
        """With its PIN, and nobody else is shown to it. Example: | It Should Be Registered Once |"""
        self.check("the device that was entered joins", "always", JOINED)
        self.check("a second registration is no new one", "one_of", AGAIN, allowed=_NOT_NEW)
        self.check("it is there once", "equals", ENTRIES, expected=1)
        self.check("its PIN is the one that was entered", "always", PINS)

    @keyword("Try To Join As Somebody Else")
    def join_wrongly(self) -> None:
        """In an open window: one that nobody entered, under its own name and under that of the one that was entered;
        and that one under another name, and by a maker's certificate that is forged.

        Example: | Try To Join As Somebody Else |
        """
        self.run(self._join_wrongly(), _GUARD_S)

    async def _join_wrongly(self) -> None:
        device, other = self.appliance, self.other
        await device.enter()
        await device.open_window(_WINDOW_S)
        own = device.lfdi
        forged = self.home.credential("appliance.untrusted")
        tries = {
            "one that was not entered": await other.join(),
            "another device, as the one that was entered": await other.join(lfdi=own),
            "the one that was entered, as another": await device.join(lfdi=other.lfdi),
            "a certificate of no known maker": await device.join(shown=forged),
        }
        for what, status in tries.items():
            self.recorder.observe(REFUSED, status not in (OK, CREATED, NO_CONTENT), what=what, answer=status)
        for what, one in (("the one that was entered", device), ("one that was not entered", other)):
            self.recorder.observe(REFUSED, not await one.works(), what=f"{what} reads the list of devices")
        self.recorder.observe(JOINED, await device.join() == CREATED, what="as it was entered, afterwards")

    @keyword("Nobody Else Should Have Joined")
    def nobody_else(self) -> None:
        """And who was entered still joins. Example: | Nobody Else Should Have Joined |"""
        self.check("each is refused", "always", REFUSED)
        self.check("the device that was entered joins", "always", JOINED)

    @keyword("Meet Servers With A Wrong And With The Right PIN")
    def meet_servers(self, party: str) -> None:
        """The device under test is listed at its server (``party``) with another PIN, then with its own.

        Example: | Meet Servers With A Wrong And With The Right PIN | lms |
        """
        self.run(self._meet_servers(party), _GUARD_S)

    async def _meet_servers(self, party: str) -> None:
        pin = with_check_digit((self.home.pin // 10 + 1) % 100_000)
        async with Counterpart(self.home, party, pin=pin) as server:
            program = server.resources.add_program(LoadControl().kind, new_mrid(self.random), 1, "bench")
            wrong = self._offered(server, program)
            await self.wait(2.0 * self.home.poll_s + float(self.home.pixit("retry_s", 120.0)))
            self.recorder.observe(WRONG, ResponseStatus.RECEIVED in server.told(wrong.mrid), polls=len(server.seen))
            reads = [one.request.path for one in server.seen if one.request.path.startswith("/dr")]
            self.recorder.observe(WRONG, bool(reads), what="it reads programs", paths=", ".join(reads[:3]))
            self.recorder.observe("the device has come", bool(server.device))
            server.resources.register(server.device, self.home.pin)
            right = self._offered(server, program)
            await server.found_anew()
            await server.polled()
            self.recorder.observe(RIGHT, ResponseStatus.RECEIVED in server.told(right.mrid))

    def _offered(self, server: Counterpart, program: Program) -> Event:
        when = When(server.now, server.now + 3600.0, 600)
        return program.put(LoadControl().event(new_mrid(self.random), when), server.now)

    @keyword("Only The Right PIN Should Be Followed")
    def right_pin(self) -> None:
        """Example: | Only The Right PIN Should Be Followed |"""
        self.check("the device meets the server", "always", "the device has come")
        self.check("a server with another PIN is not followed", "never", WRONG)
        self.check("a server with the right PIN is followed", "always", RIGHT)

    # -- commission --------------------------------------------------------------------------------------------------

    @keyword("Join Before Within And After The Window")
    def join_by_window(self) -> None:
        """Devices that were entered try before it is opened, within, and after its end, also where it was opened for
        longer than any window may last. Example: | Join Before Within And After The Window |"""
        self.run(self._join_by_window(), _GUARD_S)

    async def _join_by_window(self) -> None:
        first, second = self.appliance, self.other
        await first.enter()
        await second.enter()
        self.recorder.observe(OUTSIDE, await first.join() == CREATED, what="before it is opened")
        await first.open_window(_WINDOW_S)
        await self.wait(_WINDOW_S - 1.0)
        self.recorder.observe(IN_WINDOW, await first.join() == CREATED, what="just before its end")
        await self.wait(2.0)
        self.recorder.observe(OUTSIDE, await second.join() == CREATED, what="just after its end")
        await first.open_window(_LONGER_S)
        await self.wait(_LONGEST_S)
        answer = await second.join()
        self.recorder.observe(OUTSIDE, answer == CREATED, what=f"opened for a day, {_LONGEST_S:g} s later")
        await first.open_window(_WINDOW_S)
        self.recorder.observe(IN_WINDOW, await second.join() == CREATED, what="opened anew")

    @keyword("The Window Should Have Decided")
    def window_decided(self) -> None:
        """Example: | The Window Should Have Decided |"""
        self.check("devices join in the open window", "always", IN_WINDOW)
        self.check("no device joins outside of it, and it closes by itself", "never", OUTSIDE)

    @keyword("Give Two Devices Their Link Keys")
    def give_keys(self) -> None:
        """The second one also asks for a certificate for the first one's key.

        Example: | Give Two Devices Their Link Keys |
        """
        self.run(self._give_keys(), _GUARD_S)

    async def _give_keys(self) -> None:
        for device in (self.appliance, self.other):
            await device.enter()
            await device.open_window(_WINDOW_S)
            await device.join()
        first, second = self.appliance, self.other
        key = new_key()
        self.recorder.observe(KEY_GIVEN, await first.get_link_key(key) == OK, what="to the first device")
        stolen = await second.get_link_key(key, shown=second.birth)
        self.recorder.observe(SHARED, stolen == OK, answer=stolen)
        self.recorder.observe(KEY_GIVEN, await second.get_link_key() == OK, what="to the second device")
        for device in (first, second):
            works = await device.works()
            self.recorder.observe(KEY_GIVEN, works, what=f"the key of {device.name} works")
            self.recorder.observe(KEYS, fingerprint(device.link), what=device.name)
            by_birth = await device.works(device.birth)
            self.recorder.observe(
                SHARED, by_birth, what=f"the certificate of the maker of {device.name} opens the home"
            )

    @keyword("Each Should Have A Key Of Its Own")
    def own_keys(self) -> None:
        """Example: | Each Should Have A Key Of Its Own |"""
        self.check("each device gets its link key, and it works", "always", KEY_GIVEN)
        self.check("no two keys are the same", "unique", KEYS)
        self.check("no key is given twice, and none but the link key counts", "never", SHARED)
