"""``amibench list`` and ``amibench coverage``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.catalogue.coverage import coverage as needs_of
from bench.catalogue.coverage import summary
from bench.catalogue.listing import LISTINGS
from bench.catalogue.load import load_catalogue
from bench.catalogue.tables import coverage_table, listing_table, process_table, summary_table
from bench.keywords.implemented import implemented
from bench.lab.config import load_lab
from bench.lab.listing import devices_of
from bench.session.request import RequestError

DEVICES = "devices"


def list_catalogue(console: Console, what: str, *, as_json: bool, labs: Sequence[Path] = ()) -> None:
    """Print one listing: of the catalogue, or of the devices of stations.

    Raises RequestError for a word that is none, LabConfigError for a broken lab config.
    """
    if what == DEVICES:
        _list_devices(console, labs, as_json=as_json)
        return
    try:
        items = LISTINGS[what](load_catalogue())
    except KeyError:
        raise RequestError(f"cannot list {what!r}; there are: {', '.join((*LISTINGS, DEVICES))}") from None
    if as_json:
        _print_json(items)
    else:
        console.print(listing_table(what, items))


def _list_devices(console: Console, labs: Sequence[Path], *, as_json: bool) -> None:
    devices = [device for lab in labs for device in devices_of(load_lab(lab))]
    if as_json:
        _print_json(devices)
        return
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for head, fixed in (("station", True), ("seat", True), ("device", False), ("speaks", False), ("faults", True)):
        table.add_column(head, no_wrap=fixed, overflow="fold")
    for device in devices:
        speaks = dict.fromkeys(" ".join(filter(None, (o["carries"], o["profile"]))) for o in device["links"])
        what = device["device"] or device["actor"]
        table.add_row(device["station"], device["seat"], what, ", ".join(speaks), str(len(device["seeded_faults"])))
    console.print(table)


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
