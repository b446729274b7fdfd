"""ANSI C12.18 over a serial line (optical port): packets, services, the link and the client.

Nobody here had the standard. Facts come from what others published, and each module names its source:

- EPRI: the description of PSEM in NIST's ``n0mcli`` (github.com/usnistgov/n0mcli: ``src/n0mcli.c``, ``psem.h``, and
  ``c1219.h`` for tables);
- MSDK: the documentation of the MeteringSDK's protocol classes, with captured packets;
- TERMINETER: ``c1218`` and ``c1219`` of termineter 1.0.6.

What none of them says is marked ``unverified``.
"""
