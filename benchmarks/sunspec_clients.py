"""A SunSpec client in a process of its own: `python -m benchmarks.sunspec_clients`, with an order on standard input.

``{"client": "ours" or "pysunspec2", "url": "tcp:...", "do": "find" or "again", "count"}``: ``find`` looks for the map
and reads all of it, each time as if it were the first; ``again`` reads all of a map that is known. Both keep one
connection. Writes the ``seconds`` of that and the Modbus ``transactions`` of one time.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from drivers import event_loop
from drivers.clock import FreeClock
from drivers.modbus.client import ModbusClient
from drivers.modbus.link import TcpLink
from drivers.sunspec.device import SunSpecDevice
from drivers.transport.urls import make_transport

_MODELS = 16


async def ours(order: dict[str, Any]) -> dict[str, float]:
    clock = FreeClock()
    async with ModbusClient(TcpLink(make_transport(order["url"], clock, counted=False))) as client:
        device = SunSpecDevice(client, clock)
        found = await device.discover()
        started, before = time.perf_counter(), device.transactions
        for _number in range(order["count"]):
            found = await (device.discover() if order["do"] == "find" else device.read_all())
            values = [dict(model.values()) for model in found.models()]
        seconds = time.perf_counter() - started
    assert len(values) == _MODELS
    return {"seconds": seconds, "transactions": (device.transactions - before) / order["count"]}


def pysunspec2(order: dict[str, Any]) -> dict[str, float]:
    from sunspec2.modbus.client import SunSpecModbusClientDeviceTCP
    from sunspec2.modbus.modbus import ModbusClientTCP

    counted = [0]
    one_request = ModbusClientTCP._read

    def counting(self: Any, *arguments: Any, **named: Any) -> Any:
        counted[0] += 1
        return one_request(self, *arguments, **named)

    ModbusClientTCP._read = counting
    _tcp, host, port = order["url"].split(":")
    device = SunSpecModbusClientDeviceTCP(slave_id=1, ipaddr=host, ipport=int(port), timeout=5)
    device.connect()
    device.scan(connect=False)
    started, before = time.perf_counter(), counted[0]
    for _number in range(order["count"]):
        if order["do"] == "find":
            device.scan(connect=False)
        else:
            for model in device.model_list:
                model.read()
        values = [model.get_dict(computed=True) for model in device.model_list]
    seconds = time.perf_counter() - started
    device.disconnect()
    assert len(values) == _MODELS
    return {"seconds": seconds, "transactions": (counted[0] - before) / order["count"]}


def main() -> None:
    order = json.load(sys.stdin)
    print(json.dumps(event_loop.run(ours(order)) if order["client"] == "ours" else pysunspec2(order)))


if __name__ == "__main__":
    main()
