"""Keywords of 5.3, update security keys: what the link keys of a home's devices open, and until when."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.sep2_keys import cut_while_changing, foreign_tries
from bench.keywords.home_library import LOG_ENTRY, HomeLibrary
from drivers.sep2.codec import encode

USUAL = "the device is let in with the key that it has"
NEW_AFTER, OLD_WORKS = "from the new key's arrival to its first use", "the key that was replaced opens the home"
KEPT, FOREIGN = "what the device had stays its own", "the key of one device opens what belongs to another"
ONE_WORKS, BOTH_WORK = "a key works after a power cut", "the old key works beside the new one that is in use"
_GUARD_S = 6000.0


@library(scope="TEST", auto_keywords=False)
class HomeKeys(HomeLibrary):
    """Devices of the home change their keys."""

    @keyword("Change The Key Of A Device")
    def change_key(self) -> None:
        """It asks for another one with the one that it has, uses it, and then tries the old one again and again.

        Example: | Change The Key Of A Device |
        """
        self.run(self._change_key(), _GUARD_S)

    async def _change_key(self) -> None:
        device = self.appliance
        await device.come_in()
        old = device.credential
        (entry,) = await device.entries()
        await device.status("POST", f"{entry.href}/log", encode(LOG_ENTRY))
        self.recorder.observe(USUAL, await device.works(), what="before the change")
        asked = self.clock.now()
        await device.change_key()
        self.recorder.observe(USUAL, await device.works(), what="with its new key")
        self.recorder.observe_duration(NEW_AFTER, self.clock.now() - asked)
        for number in range(self.count("n_old_key")):
            self.recorder.observe(OLD_WORKS, await device.works(old), what=f"try {number + 1}")
        (after,) = await device.entries()
        self.recorder.observe(KEPT, after.href == entry.href, what="its entry")
        self.recorder.observe(KEPT, await self.entries_of_log(device) == 1, what="its log")
        self.recorder.observe(KEPT, await device.registered_pin(after) == device.pin, what="its PIN")

    @keyword("The New Key Should Work And The Old One Not")
    def key_changed(self) -> None:
        """Example: | The New Key Should Work And The Old One Not |"""
        self.check("the device is let in with the key that it has", "always", USUAL)
        self.check("the new key works in time", "at_most", NEW_AFTER, limit=self.bound("t_new_key"))
        self.check("the old key is refused, each time", "never", OLD_WORKS)
        self.check("the entry of the device outlasts the change", "always", KEPT)

    @keyword("Try A Device's Key On Another Device")
    def foreign_key(self) -> None:
        """Read its entry, answer events in its name, write into its log.

        Example: | Try A Device's Key On Another Device |
        """
        self.run(self._foreign_key(), _GUARD_S)

    async def _foreign_key(self) -> None:
        first, second = self.appliance, self.other
        await first.come_in()
        await second.come_in()
        (entry,) = await second.entries()
        (own,) = await first.entries()
        self.recorder.observe(USUAL, await first.works() and await second.works())
        for what, opened in (await foreign_tries(first, second, LOG_ENTRY)).items():
            self.recorder.observe(FOREIGN, opened, what=what)
        self.recorder.observe(FOREIGN, own.href == entry.href, what="has the same entry")

    @keyword("It Should Open Nothing There")
    def opens_nothing(self) -> None:
        """Example: | It Should Open Nothing There |"""
        self.check("both devices are let in with their own keys", "always", USUAL)
        self.check("the key of one device opens nothing of another", "never", FOREIGN)

    @keyword("Cut The Power While Keys Change")
    def cut_power(self) -> None:
        """The gateway's, before it was asked, after it has given the new key, and after that key was used.

        Example: | Cut The Power While Keys Change |
        """
        self.run(self._cut_power(), _GUARD_S)

    async def _cut_power(self) -> None:
        device = self.appliance
        await device.come_in()
        for number in range(self.count("n_rotation_cuts")):
            after = await cut_while_changing(device, number)
            self.recorder.observe(ONE_WORKS, after.by_old or after.by_new, what=after.what)
            if after.changed:
                self.recorder.observe(ONE_WORKS, after.by_new, what=f"{after.what}: the new one")
                self.recorder.observe(BOTH_WORK, after.old_beside, what=after.what)

    @keyword("Exactly One Key Should Work After Each Cut")
    def one_key_works(self) -> None:
        """Example: | Exactly One Key Should Work After Each Cut |"""
        self.check("the device is never shut out", "always", ONE_WORKS)
        self.check("once the new key is in use the old one is refused", "never", BOTH_WORK)
