"""The keyword of the first suite: what is declared of a device, against what it shows."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.declarations.base import AS_DECLARED, COMPARED, Comparison
from bench.declarations.registry import installed_topics
from bench.keywords.library import current_session


@library(scope="TEST", auto_keywords=False)
class Declared:
    """Compares device files with devices."""

    @keyword("Compare Declared With Seen")
    def compare(self, name: str) -> None:
        """Run the planned comparison ``name``, as ``meter1 identity as declared``."""
        session = current_session()
        planned = session.planned
        topic = next(
            topic for topic in installed_topics()[planned.link] if name == f"{planned.iut} {topic.name} as declared"
        )
        comparison = Comparison(session.station, planned.iut, session.recorder)
        session.run(topic.compare(comparison))
        if not any(observation.series == AS_DECLARED for observation in session.recorder.observations):
            raise SkipExecution("the device file states nothing that could be compared")
        session.check(COMPARED)
