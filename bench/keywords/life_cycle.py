"""What the keyword libraries of the demand response life cycle (section 5.3) share: the device that is judged."""

from __future__ import annotations

from functools import cached_property
from random import Random

from robot.api import SkipExecution

from bench.access.sep2 import Sep2Access
from bench.access.sep2_member import Candidate
from bench.catalogue.bounds import Bound
from bench.keywords.process import ProcessLibrary


class LifeCycleLibrary(ProcessLibrary):
    """Base of the libraries. A station without a seat for the test skips it."""

    @cached_property
    def home(self) -> Sep2Access:
        """The 2030.5 device that is judged."""
        return Sep2Access(self.station, self.session.planned.iut)

    def bound(self, name: str, *, subject: str | None = None) -> float:
        """A number of the catalogue in the run's profile."""
        return self._bound(name, subject).number

    def count(self, name: str) -> int:
        """How often, by the catalogue, in the run's profile."""
        return self._bound(name, None).count

    def _bound(self, name: str, subject: str | None) -> Bound:
        session = self.session
        return session.catalogue.bound(
            name, link=session.planned.link, subject=subject, profile=session.request.profile
        )

    @cached_property
    def appliance(self) -> Candidate:
        """The bench in the place of a device that joins the home of the gateway."""
        return self._candidate("appliance")

    @cached_property
    def random(self) -> Random:
        """Where identifiers come from, the same ones in each run."""
        return Random(f"{self.session.planned.process} {self.session.planned.name}")

    @cached_property
    def other(self) -> Candidate:
        """A second one."""
        return self._candidate("appliance-2")

    def _candidate(self, name: str) -> Candidate:
        if not self.home.has_secret(name):
            raise SkipExecution(f"the device file of {self.home.seat} names no device {name} that could join its home")
        return Candidate(self.home, name)

    @property
    def utility(self) -> str:
        """The party whose 2030.5 server tells the gateway what its home is to do (PIXIT ``sep2.utility``)."""
        party = str(self.home.pixit("utility", "lms"))
        if not self.home.has_secret(party):
            raise SkipExecution(f"the device file of {self.home.seat} names no 2030.5 server {party} that it follows")
        return party
