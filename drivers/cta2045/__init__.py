"""ANSI/CTA-2045: the serial link between a communication module (UCM) and an appliance (SGD), and its messages.

Pure parts first: `frame` (bytes to frames and back), `basic`, `intermediate`, `datalink` (messages); then `link`
(frames over a transport, acknowledged) and `client` (the module's end). Sources: EPRI's open UCM library and desktop
simulator (BSD-3), and the clauses of CTA-2045-B that they cite; nobody here has checked the standard itself, so all of
it is `unverified` beyond those two.
"""
