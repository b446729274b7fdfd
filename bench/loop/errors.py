"""What can go wrong in the loop. Every one of them ends in the safe state."""

from __future__ import annotations


class LoopError(Exception):
    """Base of all. The message says what to do."""


class FeederError(LoopError):
    """A feeder's data cannot be used: the message names the file and what is wrong in it."""


class DivergenceError(LoopError):
    """The power flow of the feeder found no solution in step ``step``."""

    def __init__(self, feeder: str, step: int, why: str) -> None:
        super().__init__(
            f"{feeder}: no power flow solution in step {step} ({why}); the load, or what the device injects, is beyond "
            "what the feeder can carry: lower the scale, or choose a node nearer to the source"
        )
        self.step = step


class InterfaceUnstableError(LoopError):
    """Voltage and injection drive each other up from step to step."""

    def __init__(self, step: int, swing_pu: float) -> None:
        super().__init__(
            f"the interface between feeder and device swings by {swing_pu:.3f} pu from step to step (step {step}): "
            "lower the scale, or the relaxation factor"
        )
        self.step = step
        self.swing_pu = swing_pu


class OutOfRangeError(LoopError):
    """The feeder asks the grid simulator for a voltage that it must not apply."""

    def __init__(self, step: int, phase: int, voltage_v: float, lowest_v: float, highest_v: float) -> None:
        super().__init__(
            f"step {step}: the feeder's voltage on phase {phase + 1} is {voltage_v:.1f} V, and the station allows "
            f"{lowest_v:.1f} V to {highest_v:.1f} V at this device"
        )
        self.step = step
        self.voltage_v = voltage_v
