"""Runs robot in this process and writes down every secret that its station came to know.

    python planted_run.py SECRETS.json [--careless] [--unredacted] ROBOT-ARGUMENTS...

``--careless`` makes the probe of C-L1 show all the secrets that it knows: in values, attributes, captures, logs and an
exception. ``--unredacted`` leaves all secrets in: the mutant that shows that the search finds them.
"""

from __future__ import annotations

import base64
import json
import logging
import sys
from pathlib import Path
from typing import Any

from robot import run_cli

from bench.access.dlms_secrets import known_secrets
from bench.controls.dlms import c_l1_secrets
from bench.controls.dlms._row import exchange_of
from bench.controls.trial import Trial
from bench.evidence.search import SecretSearch
from bench.lab.secrets import SecretStore


def listen(known: set[bytes]) -> None:
    """Have every secret that a store comes to know added to ``known``."""
    remember = SecretStore.remember

    def remember_and_tell(store: SecretStore, value: bytes) -> None:
        known.add(value)
        remember(store, value)

    SecretStore.remember = remember_and_tell  # type: ignore[method-assign]


def leave_in() -> None:
    """Take redaction and the sealing of captures out."""
    SecretSearch.holds = lambda _search, _content: False  # type: ignore[method-assign]
    SecretSearch.redact = lambda _search, text: text  # type: ignore[method-assign]


async def careless(trial: Trial, *_more: Any) -> None:
    """Show all secrets of the meter wherever a probe can write."""
    for name, value in known_secrets(exchange_of(trial).access).items():
        shown = [value.hex(), value.hex().upper(), value.hex(" "), base64.b64encode(value).decode(), repr(value)]
        captures = [
            trial.record.capture(b"\x60\x36" + value + b"\x00", ".apdu"),
            trial.record.capture(value.hex().encode(), ".hex"),
        ]
        text = value.decode("latin-1")
        trial.record.observe(f"what {name} is", [*shown, list(value)], raw=text, captures=captures, **{value.hex(): 1})
        print(f"{name} is {value.hex()}")
        logging.getLogger("drivers.dlms").warning("%s is %r", name, value)
    secret = next(iter(known_secrets(exchange_of(trial).access).values()))
    raise RuntimeError(f"the secret is {secret.hex()} {secret!r}")


def main() -> None:
    target, *arguments = sys.argv[1:]
    known: set[bytes] = set()
    listen(known)
    if "--careless" in arguments:
        arguments.remove("--careless")
        c_l1_secrets._read_all = careless
    if "--unredacted" in arguments:
        arguments.remove("--unredacted")
        leave_in()
    run_cli(arguments, exit=False)
    Path(target).write_text(json.dumps([value.hex() for value in sorted(known)]))


main()
