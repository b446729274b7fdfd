"""ANSI C12.19 tables as frozen dataclasses with typed codecs. Pure.

Nobody here had the standard. Layouts are those of NIST's ``n0mcli`` (``include/c1219.h``, which carries the standard's
own definitions; in docstrings: NIST), of the MeteringSDK's ``C12Meter`` example (MSDK) and of termineter 1.0.6
(TERMINETER). What none of them shows is marked ``unverified``.

How numbers, texts and times are written is the meter's choice, stated in table 0: `drivers.c1219.formats.Formats`.
"""
