"""I-M4 on CTA-2045: an acknowledgment says that a command was taken; state and power say what became of it.

With the appliance's switch free, and blocked: what it tells then is what the analyser sees.
"""

from __future__ import annotations

from bench.controls.appliances import answers_truthfully, truth_checks
from bench.controls.base import Probe

PROBE = Probe("I-M4", "cta2045", answers_truthfully, truth_checks)
