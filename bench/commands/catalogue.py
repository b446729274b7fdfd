"""``amibench list`` and ``amibench coverage``."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console

from bench.catalogue.coverage import coverage as needs_of
from bench.catalogue.coverage import summary
from bench.catalogue.listing import LISTINGS
from bench.catalogue.load import load_catalogue
from bench.catalogue.tables import coverage_table, listing_table, process_table, summary_table
from bench.keywords.implemented import implemented
from bench.session.request import RequestError


def list_catalogue(console: Console, what: str, *, as_json: bool) -> None:
    """Print one listing. Raises RequestError for a word that is none."""
    try:
        items = LISTINGS[what](load_catalogue())
    except KeyError:
        raise RequestError(f"cannot list {what!r}; there are: {', '.join(LISTINGS)}") from None
    if as_json:
        _print_json(items)
    else:
        console.print(listing_table(what, items))


def coverage(console: Console, *, as_json: bool, rows: bool) -> None:
    """Print what covers each row and control of the whole catalogue, or the gap."""
    needs = needs_of(load_catalogue(), implemented())
    if as_json:
        _print_json({"summary": summary(needs), "needs": [need.to_dict() for need in needs]})
        return
    console.print(coverage_table(needs) if rows else process_table(needs))
    console.print(summary_table(needs))


def _print_json(data: Any) -> None:
    json.dump(data, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
