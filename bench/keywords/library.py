"""The keyword library ``bench.keywords.library.Bench``: runs control tests, and carries the run's session and
listener."""

from __future__ import annotations

from robot.api.deco import keyword, library
from robot.libraries.BuiltIn import BuiltIn

from bench.judgement.verdict import Verdict
from bench.keywords.listener import PlanListener
from bench.keywords.outcome import raise_for
from bench.session.session import Session


@library(scope="GLOBAL", auto_keywords=False)
class Bench:
    """Runs what the plan says. Suites import it through ``resources/bench.resource``."""

    def __init__(self) -> None:
        self.ROBOT_LIBRARY_LISTENER = PlanListener()

    @property
    def session(self) -> Session:
        """The running session, for the keyword libraries of the processes."""
        return self.ROBOT_LIBRARY_LISTENER.session

    @keyword("Run Control")
    def run_control(self, row: str, control: str, level: str, link: str) -> None:
        """Test one control on one row at its level over its link.

        | =Argument= | =Meaning= |
        | row | row id, as ``3.4.3/AMI-28/HE-Meter`` |
        | control | control id, as ``I-H1`` |
        | level | ``low``, ``medium`` or ``high`` |
        | link | link of the catalogue, as ``dlms`` |

        Example: | Run Control | 3.4.3/AMI-28/HE-Meter | I-H1 | high | dlms |
        """
        recorder = self.session.run_control(row, control, level, link)
        if recorder.verdict is not Verdict.PASS:
            raise_for(recorder.verdict, recorder.findings)


def current_session() -> Session:
    """The session of the running suite, for other keyword libraries. Raises RuntimeError when there is none."""
    instance = BuiltIn().get_library_instance("bench.keywords.library.Bench")
    if not isinstance(instance, Bench):
        raise RuntimeError("the suite does not import resources/bench.resource")
    return instance.session
