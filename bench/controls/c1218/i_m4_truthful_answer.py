"""I-M4 on C12.18: the technique asks nothing but what every meter can be asked, and is that of DLMS."""

from __future__ import annotations

from bench.controls.base import Probe
from bench.controls.dlms.i_m4_truthful_answer import checks, stimulus

PROBE = Probe("I-M4", "c1218", stimulus, checks)
