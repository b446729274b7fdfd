"""IEC 62056-21: sign-on, data readout, the switch to HDLC (mode E), and the meter's side of them.

The clause numbers in this package come from public descriptions of the standard and were not checked against it:
`unverified`.
"""
