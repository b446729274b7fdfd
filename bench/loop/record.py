"""The log of every step, as lines of text that any spreadsheet opens; what was written survives a killed run."""

from __future__ import annotations

import cmath
import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from bench.loop.site import Phasors

COLUMNS = (
    "time_s",
    *(f"{quantity}_{phase}" for phase in "abc" for quantity in ("voltage_v", "angle_deg", "power_w", "reactive_var")),
)
_LINES_A_FLUSH = 60


@dataclass(frozen=True, slots=True)
class LoggedStep:
    """One step: time since the start, voltages and generated powers of phases A, B, C."""

    at_s: float
    voltages_v: Phasors
    generated_va: Phasors


class StepFile:
    """Writes a CSV file step by step, in memory that does not grow; context manager."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self.path = path
        self._file = path.open("w", encoding="ascii", newline="")
        self._file.write(",".join(COLUMNS) + "\n")
        self._unflushed = 0

    def write(self, at_s: float, voltages_v: Phasors, generated_va: Phasors) -> None:
        """One step. Raises OSError when the disk is full."""
        cells = [f"{at_s:.6f}"]
        for voltage, power in zip(voltages_v, generated_va, strict=True):
            angle = math.degrees(cmath.phase(voltage))
            cells.append(f"{abs(voltage):.4f},{angle:.4f},{power.real:.4f},{power.imag:.4f}")
        self._file.write(",".join(cells) + "\n")
        self._unflushed += 1
        if self._unflushed >= _LINES_A_FLUSH:
            self._file.flush()
            self._unflushed = 0

    def close(self) -> None:
        """Everything is in the file."""
        self._file.close()

    def __enter__(self) -> StepFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def read_steps(path: Path) -> Iterator[LoggedStep]:
    """The steps of a file, without a last line that was torn. Raises OSError, ValueError for another kind of file."""
    with path.open(encoding="ascii", newline="") as file:
        rows = csv.reader(file)
        if tuple(next(rows, ())) != COLUMNS:
            raise ValueError(f"{path}: this is no log of a loop")
        for row in rows:
            if len(row) == len(COLUMNS):
                at_s, *rest = map(float, row)
                voltages = [cmath.rect(rest[i], math.radians(rest[i + 1])) for i in (0, 4, 8)]
                powers = [complex(rest[i + 2], rest[i + 3]) for i in (0, 4, 8)]
                yield LoggedStep(at_s, (voltages[0], voltages[1], voltages[2]), (powers[0], powers[1], powers[2]))
