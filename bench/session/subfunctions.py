"""The suites of the demand response life cycle (section 5.3): what is judged in each, and where.

Each of the 17 subfunctions has a suite, ``suites/5.3.dr.03_enrol_device.robot``. In the plan ``5.3.dr.03`` takes the
place of a process's number, so ``--process 5.3`` takes all of them with the processes of 5.3, and ``--process 5.3.dr``
them alone. They are no rows: nothing of a row's verdict depends on them, and they count for themselves. The catalogue
says where each is judged; a test about another device of the chain has that place in a tag::

    [Tags]    at:Appl/cta2045
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bench.catalogue.vocabulary import LIFE_CYCLE
from bench.session.conformance import Place, port_of

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue
    from bench.lab.config import Lab

KIND = "subfunction"
AT_TAG = "at:"


def is_subfunction(process: str) -> bool:
    """Whether this stands for a suite of the life cycle in the plan."""
    return process.startswith(f"{LIFE_CYCLE}.")


def number_of(process: str) -> int:
    """The number of the subfunction that ``process`` stands for."""
    return int(process.rpartition(".")[2])


def place(catalogue: Catalogue, lab: Lab, at: Iterable[str]) -> Place | None:
    """The first of these places (``ESI/sep2:server``) that the station has under test. None: nowhere."""
    for wanted in at:
        actor, _, carried = wanted.rpartition("/")
        name = catalogue.actor(actor).name
        found = port_of(lab, carried, lambda seat, name=name: seat.actor == name)  # type: ignore[misc]
        if found is not None:
            return found
    return None
