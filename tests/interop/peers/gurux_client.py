"""A gurux-dlms client (GPL-2.0) in a process of its own, in the peers' environment. Never imported by the project.

Reads one JSON object on standard input: ``link`` (``tcp`` or ``serial``), ``address``, ``client``,
``authentication`` (0 to 7), ``password``, ``security`` (hex strings, and ``counter``), ``max_pdu``, ``reads`` (class,
logical name, attribute), ``repeat``: how often to read the first one again, timed; ``open``: whether to switch the
load off; writes a JSON list of results, or ``{"error": ...}``. What the library prints goes to standard error.
"""

import contextlib
import json
import os
import socket
import sys
import time
import types

from gurux_dlms import GXByteBuffer, GXDLMSClient, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, ObjectType, Security
from gurux_dlms.objects import GXDLMSDisconnectControl
from gurux_dlms.secure import GXDLMSSecureClient


class Wire:
    def __init__(self, order):
        if order["link"] == "tcp":
            self.socket = socket.create_connection(tuple(order["address"]), 10)
            self.socket.settimeout(10)
            self.write, self.read = self.socket.sendall, lambda: self.socket.recv(65536)
        else:
            import serial

            port = serial.Serial(order["address"], 115200, timeout=0.2)
            self.write, self.read = port.write, lambda: port.read(max(1, port.in_waiting))


class Talk:
    def __init__(self, order):
        self.wire = Wire(order)
        wrapper = order["link"] == "tcp"
        server = 1 if wrapper else GXDLMSClient.getServerAddress(1, 17)
        kind = InterfaceType.WRAPPER if wrapper else InterfaceType.HDLC
        authentication = Authentication(order["authentication"])
        password = bytes.fromhex(order.get("password", "")) or None
        self.client = GXDLMSSecureClient(True, order["client"], server, authentication, password, kind)
        if order.get("max_pdu"):
            self.client.maxReceivePDUSize = order["max_pdu"]
        given = order.get("security")
        if given:
            ciphering = self.client.ciphering
            ciphering.security = Security.AUTHENTICATION_ENCRYPTION
            ciphering.systemTitle = bytearray.fromhex(given["client_title"])
            ciphering.blockCipherKey = bytearray.fromhex(given["unicast"])
            ciphering.authenticationKey = bytearray.fromhex(given["authentication"])
            ciphering.invocationCounter = given.get("counter", 1)

    def packet(self, data):
        reply, buffer = GXReplyData(), GXByteBuffer()
        self.wire.write(bytes(data))
        silent = 0
        while not self.client.getData(buffer, reply, None):
            part = self.wire.read()
            silent = silent + 1 if not part else 0
            if silent > 50:
                raise TimeoutError("no answer")
            buffer.set(part)
        if reply.error:
            raise RuntimeError(f"error {reply.error}")
        return reply

    def request(self, packets):
        """All packets of one request; the whole of the answer."""
        if isinstance(packets, (bytes, bytearray)):
            packets = [packets]
        reply = None
        for packet in packets:
            reply = self.packet(packet)
            while reply.isMoreData():
                more = self.client.receiverReady(reply)
                self.wire.write(bytes(more))
                buffer = GXByteBuffer()
                while not self.client.getData(buffer, reply, None):
                    buffer.set(self.wire.read())
        return reply

    def open(self):
        snrm = self.client.snrmRequest()
        if snrm:
            self.client.parseUAResponse(self.request(snrm).data)
        self.client.parseAareResponse(self.request(self.client.aarqRequest()).data)
        if self.client.authentication > Authentication.LOW:
            reply = self.request(self.client.getApplicationAssociationRequest())
            self.client.parseApplicationAssociationResponse(reply.data)

    def get(self, class_id, name, attribute):
        item = types.SimpleNamespace(name=name, objectType=ObjectType(class_id))
        value = self.request(self.client.read(item, attribute)).value
        if isinstance(value, (bytes, bytearray)):
            return bytes(value).hex()
        return len(value) if isinstance(value, (list, tuple)) else int(value)

    def close(self):
        with contextlib.suppress(Exception):
            self.request(self.client.releaseRequest())
        with contextlib.suppress(Exception):
            self.request(self.client.disconnectRequest())


def main():
    order = json.load(sys.stdin)
    answers_to = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        talk = Talk(order)
        talk.open()
        answer = [talk.get(*item) for item in order["reads"]]
        if order.get("repeat"):
            started, used = time.perf_counter(), time.process_time()
            for _number in range(order["repeat"]):
                talk.get(*order["reads"][0])
            answer.append([time.perf_counter() - started, time.process_time() - used])
        if order.get("open"):
            talk.request(GXDLMSDisconnectControl("0.0.96.3.10.255").remoteDisconnect(talk.client))
            answer.append("ok")
        talk.close()
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    json.dump(answer, answers_to)
    answers_to.flush()


main()
