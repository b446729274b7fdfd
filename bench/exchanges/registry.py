"""Where exchanges are found: in the packages that entry points of group ``amibench.exchanges`` name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType

from bench.exchanges.base import Exchange

GROUP = "amibench.exchanges"


class NoExchangeError(LookupError):
    """No installed exchange realises a row on a link."""


def exchanges_in(package: ModuleType) -> Iterator[type[Exchange]]:
    """The concrete exchanges that a package's modules define."""
    for module_info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        module = importlib.import_module(module_info.name)
        for _name, member in inspect.getmembers(module, inspect.isclass):
            if issubclass(member, Exchange) and member.rows and member.__module__ == module.__name__:
                yield member


@cache
def installed_exchanges() -> Mapping[tuple[str, str], type[Exchange]]:
    """All exchanges by (row id, link)."""
    found: dict[tuple[str, str], type[Exchange]] = {}
    for entry in entry_points(group=GROUP):
        for exchange in exchanges_in(entry.load()):
            found.update({(row, exchange.link): exchange for row in exchange.rows})
    return found


def exchange_for(row: str, link: str) -> type[Exchange]:
    """The exchange of ``row`` on ``link``. Raises NoExchangeError."""
    try:
        return installed_exchanges()[row, link]
    except KeyError:
        raise NoExchangeError(f"no exchange realises the row {row} on the link {link}") from None
