"""What all tests share: signals as on a terminal, and generated examples that no clock judges."""

import signal

from hypothesis import HealthCheck, settings

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell without job control starts what runs in its background with Ctrl-C ignored, and children inherit that:
    # tests that interrupt a process of theirs would wait for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes to draw or to run says how busy the machine is.
settings.register_profile("amibench", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("amibench")
