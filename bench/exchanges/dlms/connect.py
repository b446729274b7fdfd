"""3.4.1 and 3.4.2 on AMI-28: the headend has the meter close its switch."""

from __future__ import annotations

from bench.exchanges.base import Effect
from bench.exchanges.dlms_kinds import REMOTE_RECONNECT, DlmsSwitchCommand
from bench.exchanges.switch_scene import CLOSING_MODES


class Connect(DlmsSwitchCommand):
    """remote_reconnect, the load side being dead and a load of 1,000 W waiting behind the open switch."""

    rows = tuple(
        f"{process}/{row}" for process in ("3.4.1", "3.4.2") for row in ("AMI-28/HE-Meter", "AMI-39/Crew-Meter/d1")
    )
    method_index = REMOTE_RECONNECT
    closes = True

    async def observe(self) -> Effect:
        """Whether the witness sees the switch closed; where the mode makes it ready only, after the button was pressed.

        Pressing it leaves a switch open that was not made ready.
        """
        effect = await super().observe()
        if effect.happened is False and int(self.access.pixit("control_mode", 0)) not in (0, *CLOSING_MODES):
            await self.station.box.do(self.seat, "button")
            effect = await super().observe()
        return effect
