"""Where probes are found: in the packages that entry points of group ``amibench.probes`` name.

Each module of such a package that has a ``PROBE`` offers one; ``PROBES``, where one technique serves several links. A
new control or a new link is a new file; nothing here
changes. A vendor's package may register its own in the same way.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType

from bench.controls.base import Probe

GROUP = "amibench.probes"


class DuplicateProbeError(ValueError):
    """Two modules offer a probe for the same control on the same link."""


def probes_in(package: ModuleType) -> Iterator[Probe]:
    """The probes of a package's modules."""
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        content = importlib.import_module(module.name)
        yield from getattr(content, "PROBES", ())
        probe = getattr(content, "PROBE", None)
        if isinstance(probe, Probe):
            yield probe


def index(probes: Iterable[Probe]) -> Mapping[tuple[str, str], Probe]:
    """Probes by (control id, link). Raises DuplicateProbeError."""
    found: dict[tuple[str, str], Probe] = {}
    for probe in probes:
        key = (probe.control, probe.link)
        if key in found:
            raise DuplicateProbeError(f"two probes for {probe.control} on {probe.link}")
        found[key] = probe
    return found


@cache
def installed_probes() -> Mapping[tuple[str, str], Probe]:
    """All probes of the installed packages, by (control id, link)."""
    packages = [entry.load() for entry in entry_points(group=GROUP)]
    return index(probe for package in packages for probe in probes_in(package))
