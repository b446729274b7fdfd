"""What all tests share: signals as on a terminal."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell without job control starts what runs in its background with Ctrl-C ignored, and children inherit that:
    # tests that interrupt a process of theirs would wait for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)
