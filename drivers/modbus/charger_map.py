"""Register maps of charger families as data: where a family keeps what the role of a charger asks for.

A family is a TOML file beside this module (`chargers/`), or one of a lab's own. Every file names its source, and what
of it nobody has checked.

    [points]                    # as in a device file
    [status]                    # point, shift, mask, names; plugged = { point, from }
    [command]                   # point, shown, lowest_a, highest_a, watts, discharges, pause, enable, first,
                                # transaction
    [fall_back]                 # current, time: what holds when the controller is silent for so long
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from drivers.charging import ConnectorState
from drivers.modbus.codes import Space
from drivers.modbus.points import Point, Value, repeated

_FOLDER = Path(__file__).parent / "chargers"
_SPACES = {"holding": Space.HOLDING, "input": Space.INPUT, "coil": Space.COIL, "discrete": Space.DISCRETE_INPUT}


class ChargerMapError(ValueError):
    """A family's file that cannot be used; it says which and why."""


@dataclass(frozen=True)
class StatusMap:
    """The point that tells the state: shifted and masked, then by its name. ``plugged``: a point that tells from which
    value on a vehicle is there, where the state alone does not."""

    point: str
    names: Mapping[str, ConnectorState]
    shift: int = 0
    mask: int = 0
    plugged: tuple[str, float] | None = None

    def state(self, value: Value) -> ConnectorState | None:
        """The connector's state; None for a value that the family does not know."""
        if isinstance(value, str):
            return self.names.get(value.strip())
        number = int(value) >> self.shift
        return self.names.get(str(number & self.mask if self.mask else number))


@dataclass(frozen=True)
class Switch:
    """A point with a value for on and one for off."""

    point: str
    on: int
    off: int


@dataclass(frozen=True)
class CommandMap:
    """How a limit is set. ``watts``: the point takes power. ``pause``: by a limit of 0 (``zero``) or by ``enable``.

    ``first``: what must be written before a command counts. ``shown``: where the limit in force is read.
    """

    point: str
    shown: str
    lowest_a: float
    highest_a: float
    pause: str = "zero"
    watts: bool = False
    discharges: bool = False
    enable: Switch | None = None
    transaction: Switch | None = None
    first: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ChargerFamily:
    """All that is known of a family's registers. ``one_by_one``: one value a request. ``write_function``: 6 or 16."""

    family: str
    title: str
    source: str
    points: Mapping[str, Point]
    status: StatusMap
    command: CommandMap
    unverified: Sequence[str] = ()
    lines: Sequence[str] = ("tcp",)
    units: Sequence[int] = (1,)
    one_by_one: bool = False
    write_function: int = 16
    fall_back_current: str = ""
    fall_back_time: str = ""


def family_names() -> Sequence[str]:
    """The families that come with the bench."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


@cache
def load_family(name: str) -> ChargerFamily:
    """A family by its name, or by the path of a file. Raises ChargerMapError."""
    path = Path(name) if name.endswith(".toml") else _FOLDER / f"{name}.toml"
    try:
        return _family(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ChargerMapError(f"no charger family {name!r}; there are {', '.join(family_names())}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ChargerMapError(f"charger family {path.name}: {error}") from error


def _family(table: dict[str, Any]) -> ChargerFamily:
    points = {name: point for stem, one in table.pop("points").items() for name, point in _points(stem, one).items()}
    status, command, fall_back = table.pop("status"), table.pop("command"), table.pop("fall_back", {})
    family = ChargerFamily(
        points=points,
        status=_status(status),
        command=_command(command, points),
        fall_back_current=fall_back.get("current", ""),
        fall_back_time=fall_back.get("time", ""),
        **table,
    )
    named = [family.status.point, family.command.point, family.command.shown, *family.command.first]
    missing = [
        name for name in (*named, family.fall_back_current, family.fall_back_time) if name and name not in points
    ]
    if missing:
        raise ValueError(f"{missing[0]!r} is no point of it")
    return family


def _points(stem: str, table: dict[str, Any]) -> Mapping[str, Point]:
    repeat, stride = table.pop("repeat", 0), table.pop("stride", 0)
    space = _SPACES[table.pop("space", "holding")]
    return repeated(Point(stem, space=space, **table), repeat, stride)


def _status(table: dict[str, Any]) -> StatusMap:
    names = {str(value): ConnectorState(name) for value, name in table.pop("names").items()}
    plugged = table.pop("plugged", None)
    return StatusMap(names=names, plugged=(plugged["point"], plugged["from"]) if plugged else None, **table)


def _command(table: dict[str, Any], points: Mapping[str, Point]) -> CommandMap:
    enable, transaction = table.pop("enable", None), table.pop("transaction", None)
    shown = table.pop("shown", "limit" if "limit" in points else table["point"])
    return CommandMap(
        shown=shown,
        enable=Switch(**enable) if enable else None,
        transaction=Switch(transaction["point"], transaction["start"], transaction["stop"]) if transaction else None,
        **table,
    )
