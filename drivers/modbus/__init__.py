"""Modbus over a serial line (RTU), TCP and TLS: the client's side.

Codes and data formats are those of the MODBUS Application Protocol Specification V1.1b3. The bytes of requests and
responses come from pymodbus's classes of messages; framing, timing, transports and taps are the project's own.
"""
