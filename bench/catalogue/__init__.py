"""The catalogue: the white paper, the controls, the bounds and the fault register, as data and as a frozen model.

The data are the TOML files below ``data/``; :func:`load_catalogue` reads them. Nothing about a rating is repeated
elsewhere: change a level there, and other tests run.
"""

from bench.catalogue.bounds import Bound, Trials
from bench.catalogue.catalogue import Catalogue
from bench.catalogue.errors import CatalogueError, LinkNotOfferedError, NoBoundError, UnknownEntryError
from bench.catalogue.levels import Levels
from bench.catalogue.load import load_catalogue
from bench.catalogue.model import Actor, Control, Fault, Interface, Process, Reading, Row, Subfunction
from bench.catalogue.vocabulary import (
    Applicability,
    Basis,
    End,
    Kind,
    Level,
    Limit,
    Objective,
    Predicate,
    Profile,
    Risk,
)

__all__ = [
    "Actor",
    "Applicability",
    "Basis",
    "Bound",
    "Catalogue",
    "CatalogueError",
    "Control",
    "End",
    "Fault",
    "Interface",
    "Kind",
    "Level",
    "Levels",
    "Limit",
    "LinkNotOfferedError",
    "NoBoundError",
    "Objective",
    "Predicate",
    "Process",
    "Profile",
    "Reading",
    "Risk",
    "Row",
    "Subfunction",
    "Trials",
    "UnknownEntryError",
    "load_catalogue",
]
