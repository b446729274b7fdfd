"""The example meter of pydlms-client's simulator (GPL-3.0), in the peers' environment. Never imported by the project.

As `python -m pydlms.simulator` serves it, and on a serial line too, which that command does not. Arguments: JSON with
``unicast`` and ``authentication`` (keys, hex strings), and ``port`` (TCP wrapper; 0: any) or ``line`` (a path, which
becomes a link to a pty with HDLC). Writes the TCP port or the pty's path once it listens, and serves until it is ended.
"""

import json
import os
import pty
import sys
import threading
import traceback
import tty

from pydlms.security.hls import Mechanism
from pydlms.simulator import ClientProfile, HdlcServer, example_meter, serve

MANAGEMENT_SAP = 1


class Line:
    """The side of the pty that the simulator writes to."""

    def __init__(self, descriptor):
        self.descriptor = descriptor

    def sendall(self, data):
        while data:
            data = data[os.write(self.descriptor, data) :]


def make_meter(options):
    keys = {
        "encryption_key": bytes.fromhex(options["unicast"]),
        "authentication_key": bytes.fromhex(options["authentication"]),
    }
    meter = example_meter(**keys)
    meter.clients[MANAGEMENT_SAP] = ClientProfile(Mechanism.HLS_GMAC, ciphered=True)
    return meter


def serve_line(meter, path):
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    if os.path.islink(path):
        os.unlink(path)
    os.symlink(os.ttyname(theirs), path)
    print(path, flush=True)
    server = HdlcServer(meter, Line(ours))
    while True:
        data = os.read(ours, 4096)
        try:
            server.feed(data)
        except Exception:  # what ends a connection on TCP; a line stays, so its next connection meets a new server
            traceback.print_exc()
            server = HdlcServer(meter, Line(ours))


def main():
    options = json.loads(sys.argv[1])
    meter = make_meter(options)
    if "line" in options:
        serve_line(meter, options["line"])
        return
    print(serve(meter, port=options.get("port", 0)).server_address[1], flush=True)
    threading.Event().wait()


main()
