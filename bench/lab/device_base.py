"""A device file that begins with what another one says: another unit of a type that is described already.

    extends = "reference-meter.toml"      # beside this file

Tables are merged, entry by entry; anything else replaces what stands there. What belongs to one unit or one seat is
never taken over: identity, secrets, and the faults that an emulated one can be started with.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.lab.strict import LabConfigError, read_toml

KEY = "extends"
OWN = frozenset({"identity", "secrets", "seeded_faults"})


def with_base(path: Path) -> dict[str, Any]:
    """The tables of a device file, with those of its base below. Raises LabConfigError for a base that has one too."""
    table = read_toml(path)
    named = table.pop(KEY, None)
    if named is None:
        return table
    if not isinstance(named, str):
        raise LabConfigError(path, [f"{KEY} is the name of a device file"])
    base = read_toml(path.parent / named)
    if KEY in base:
        raise LabConfigError(path, [f"{KEY}: {named} takes over from another file itself"])
    return merged({name: value for name, value in base.items() if name not in OWN}, table)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """``below`` with the entries of ``above``, tables merged."""
    found = dict(below)
    for name, value in above.items():
        known = found.get(name)
        both = isinstance(value, Mapping) and isinstance(known, Mapping)
        found[name] = merged(known, value) if both and isinstance(known, Mapping) else value
    return found
