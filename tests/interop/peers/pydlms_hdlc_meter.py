"""A pydlms-client (GPL-3.0) meter behind HDLC over TCP, in the peers' environment. Never imported by the project.

Arguments: JSON with ``max_info``, ``window``, ``drop`` and ``reject`` (numbers of received I frames). Writes the
port it listens on, serves one connection, and ends with it.
"""

import json
import socket
import sys

from pydlms.cosem.data import DlmsData
from pydlms.simulator import HdlcServer, MeterSimulator


def main():
    options = json.loads(sys.argv[1])
    meter = MeterSimulator(max_pdu=0xFFFF)
    meter.add_object(1, "0.0.42.0.0.255", {2: DlmsData.octet_string(b"PEER")})
    meter.add_object(1, "0.0.96.1.0.255", {2: DlmsData.octet_string(bytes(range(256)) * 8)})
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    connection, _ = listening.accept()
    server = HdlcServer(meter, connection, **options)
    while data := connection.recv(4096):
        server.feed(data)


main()
