"""Whose fault an exception is: the device's, the lab's or the bench's.

Silence, reset, garbage and refusals that the protocol does not foresee are observations of the device. That a person
was not there, or that a port could not be opened, says nothing about it. All else is the bench's own error.
"""

from __future__ import annotations

from bench.judgement.check import Check
from bench.lab.operator import OperatorAbsentError
from bench.session.recorder import Recorder
from drivers.cim.errors import OfficeError
from drivers.dlms.errors import DlmsError
from drivers.transport.base import CannotOpenError, PeerClosedError, SilenceError

DEVICE_FAILURES = (SilenceError, PeerClosedError, DlmsError, OfficeError)
LAB_FAILURES = (CannotOpenError, OperatorAbsentError)

KEPT_UP = "the device took part as the protocol asks"


def record_device_failure(recorder: Recorder, error: BaseException) -> bool:
    """Record and judge ``error`` if it is the device's or the lab's; False when it is the bench's own."""
    if isinstance(error, LAB_FAILURES):
        recorder.could_not_look(KEPT_UP, str(error))
    elif isinstance(error, DEVICE_FAILURES):
        recorder.observe(KEPT_UP, False, what=f"{type(error).__name__}: {error}")
    else:
        return False
    recorder.check(Check(KEPT_UP, "always", KEPT_UP))
    return True
