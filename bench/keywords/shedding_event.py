"""Keywords of 5.3, initiate load-shedding event: what 4.2.2 asks of the home, as the last step of the life cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.api.deco import keyword, library

from bench.keywords.home_scram import HomeScram
from bench.session.subfunctions import number_of
from drivers.cim.signals import Path

if TYPE_CHECKING:
    from bench.catalogue.model import Row


@library(scope="TEST", auto_keywords=False)
class SheddingEvent(HomeScram):
    """The scram of 4.2.2 by both paths at once; its numbers are those of that process's first row."""

    holds = 1

    @property
    def row(self) -> Row:
        """The row of the process that the subfunction is as."""
        catalogue = self.session.catalogue
        subfunction = catalogue.subfunction(number_of(self.session.planned.process))
        return catalogue.rows_of(subfunction.processes[0])[0]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Each home is reached by headend and directly, and sheds once."""
        return (Path.BOTH,)

    @keyword("Initiate A Load-Shedding Event")
    def initiate(self) -> None:
        """At load management, against an override and a running event. Example: | Initiate A Load-Shedding Event |"""
        self.scram()

    @keyword("All Loads Should Be Shed Until The Release")
    def shed(self) -> None:
        """Example: | All Loads Should Be Shed Until The Release |"""
        self.all_off()
        self.meter_stays()

    @keyword("Load Management Should Be Told By The Home")
    def answered(self) -> None:
        """Example: | Load Management Should Be Told By The Home |"""
        self.known()
