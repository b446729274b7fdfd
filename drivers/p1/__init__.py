"""The customer's port P1 of Dutch meters (DSMR, P1 Companion Standard 5.0.2): telegrams that the meter sends by itself.

Modules without I/O: `crc`, `telegram` (a telegram as text and back), `reader` (telegrams out of a stream); `port` reads
them from a serial line, 115,200 bit/s 8N1. The meter sends while the request line is high: every second, or every ten
in version 4. Nobody here had the standard's text: its example telegram and the rules are as public parsers have them.
"""
