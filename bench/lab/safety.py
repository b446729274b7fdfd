"""The safe state of instruments and relays: loads off, sources at zero, relays as they were found."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.lab.errors import LabError
from bench.lab.keeper_plan import SafePlan
from drivers.scpi.errors import InstrumentError
from drivers.scpi.safe_state import apply_safe_state
from drivers.scpi.settings import SafeState, VisaSettings
from drivers.scpi.visa import VisaSession

_SLACK_S = 2.0


class SafetyError(LabError):
    """A relay's state could not be asked, so that it could not be brought back in the end."""


class Safety:
    """Safe states of a station's VISA resources."""

    def __init__(self, plans: Sequence[SafePlan]) -> None:
        self._plans = tuple(plans)
        self._found: dict[str, tuple[str, ...]] = {}

    async def look(self) -> None:
        """Ask the relays how they are. Raises SafetyError."""
        for plan in self._plans:
            if plan.as_found:
                self._found[plan.resource] = await asyncio.to_thread(_restoring_commands, plan)

    async def apply(self) -> list[str]:
        """Bring everything to its safe state, side by side; what went wrong, a line for each resource."""
        told = await asyncio.gather(*(self._apply_one(plan) for plan in self._plans))
        return [problem for problem in told if problem]

    async def _apply_one(self, plan: SafePlan) -> str:
        commands = (*plan.commands, *self._found.get(plan.resource, ()))
        if not commands:
            return ""
        state = SafeState(_visa(plan), commands)
        longest = plan.timeout_s * (len(commands) + 2) + _SLACK_S
        try:
            await asyncio.wait_for(asyncio.to_thread(apply_safe_state, state), longest)
        except TimeoutError:
            return f"{plan.resource}: did not take its safe state in {longest:g} s"
        except Exception as error:  # whatever pyvisa raises: the other resources still need their turn
            return f"{plan.resource}: {error}"
        return ""


def _visa(plan: SafePlan) -> VisaSettings:
    return VisaSettings(
        plan.resource,
        backend=plan.backend,
        answer_timeout_s=plan.timeout_s,
        open_timeout_s=plan.timeout_s,
        baud_rate=plan.baud_rate,
    )


def _restoring_commands(plan: SafePlan) -> tuple[str, ...]:
    commands = []
    session = VisaSession(_visa(plan))
    try:
        session.open()
        for relay in plan.as_found:
            session.write(relay.query)
            answer = session.read_line(plan.timeout_s).strip()
            if answer not in relay.restore:
                expected = ", ".join(sorted(relay.restore))
                raise SafetyError(f"{plan.resource}: {relay.query} answered {answer!r}, expected one of {expected}")
            commands.append(relay.restore[answer])
    except InstrumentError as error:
        raise SafetyError(f"{plan.resource}: its relays cannot be asked: {error}") from error
    finally:
        session.close()
    return tuple(commands)
