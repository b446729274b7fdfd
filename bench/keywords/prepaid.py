"""Keywords of 3.2.1 at the meter: credit counted to the last digit, the action without credit, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from robot.api.deco import keyword, library

from bench.keywords.prepaid_acts import FRIENDLY_S, QUARTER_S, PrepaidActs
from drivers.metering import SwitchState

_POWER_SHARE = 0.02


@library(scope="TEST", auto_keywords=False)
class Prepaid(PrepaidActs):
    """Runs a prepaid account at the meter under a known load, with the power analyser as the witness."""

    # -- the account -------------------------------------------------------------------------------------------------

    @keyword("Count A Top-Up")
    def count(self) -> None:
        """Reset the credit, draw, pay in, pay the same token in again, cut the supply, draw over a change of rate.

        Example: | Count A Top-Up |
        """
        self.run(self._count(), 24.0 * 3600.0)

    @keyword("The Credit Should Be Exact")
    def exact(self) -> None:
        """Credit = what it was reset to + what was paid - charges of the energy that the registers counted.

        Example: | The Credit Should Be Exact |
        """
        self.check("the reset amount is returned", "agree", "the amount after the reset")
        self.check("the payment is taken", "always", "the payment was taken")
        self.check("the same payment is not taken again", "never", "the same payment was taken again")
        self.check("energy was charged", "at_least", "energy that was charged", limit=1.0)
        self.check("old + paid - charges, exactly", "agree", "the credit in the end")

    # -- without credit ----------------------------------------------------------------------------------------------

    @keyword("Use The Credit Up")
    def use_up(self, action: str, mode: int = 4) -> None:
        """A small credit at 2 kW until it is gone, with the action ``disconnect``; what the witness sees in ``t_act``.

        | =Argument= | =Meaning= |
        | action | ``disconnect``, ``limit_demand`` or ``partial_load`` |
        | mode | control mode of the disconnect control |

        Example: | Use The Credit Up | disconnect | mode=5 |
        """
        acts: dict[str, Callable[[int], Coroutine[object, object, None]]] = {
            "disconnect": self._full_disconnect,
            "limit_demand": self._limited_demand,
            "partial_load": self._partial_load,
        }
        self.run(acts[action](mode), QUARTER_S)

    @keyword("Use The Credit Up In Friendly Hours")
    def friendly(self) -> None:
        """Friendly hours of the next hour: the credit is gone before they end.

        Example: | Use The Credit Up In Friendly Hours |
        """
        self.run(self._friendly(), FRIENDLY_S)

    @keyword("The Supply Should Go Off In Time")
    def off(self) -> None:
        """Within ``t_act`` of the end of the credit; the switch is ready, and the button does not close it.

        Example: | The Supply Should Go Off In Time |
        """
        series = "from the end of the credit until the supply was off"
        self.check("the supply goes off", "always", "the supply went off without credit")
        self.check("in time", "at_most", series, limit=self.bound("t_act"))
        ready = int(SwitchState.READY_FOR_RECONNECTION)
        self.check("ready for reconnection", "equals", "control state without credit", expected=ready)
        self.check("nobody closes it without credit", "never", "the button closed without credit")

    @keyword("A Top-Up Should Restore The Supply As The Mode Allows")
    def restored(self) -> None:
        """By itself where the mode has local reconnection, else with the button.

        Example: | A Top-Up Should Restore The Supply As The Mode Allows |
        """
        self.check("it closes by itself where the mode says so", "always", "closed by itself as the mode says")
        self.check("the supply is back", "always", "the supply is on after the top-up")

    @keyword("Only The Demand Should Be Limited")
    def limited(self) -> None:
        """What is below the power limit stays on, what is above it is cut off.

        Example: | Only The Demand Should Be Limited |
        """
        self.check("a load below the limit stays on", "always", "a load below the power limit stayed on")
        self.check("a load above the limit is cut off", "always", "a load above the power limit was cut off")

    @keyword("Only What Is Not Critical Should Be Off")
    def critical_kept(self) -> None:
        """The witness sees the power of the critical circuits, all of it, and after the top-up that of all.

        Example: | Only What Is Not Critical Should Be Off |
        """
        for step in ("with credit", "without credit", "after the top-up"):
            series = f"power {step}"
            self.check(f"power {step}", "relative_to_reference", series, limit=_POWER_SHARE)

    @keyword("Nobody Should Be Cut Off In Friendly Hours")
    def spared(self) -> None:
        """The load stays on without credit until they end, and goes off within ``t_act`` then.

        Example: | Nobody Should Be Cut Off In Friendly Hours |
        """
        self.check("the credit was used up in friendly hours", "at_most", "credit in friendly hours", limit=0)
        self.check("the supply stays on in friendly hours", "always", "the supply was on in friendly hours")
        self.check("the supply goes off afterwards", "always", "the supply was off after the friendly hours")
