"""Bluetooth Low Energy: attributes of a device (GATT) through bleak, by the host's adapter or over HCI.

`address` and `security` are without I/O; `client` (`GattClient`) is what users need. A host's adapter is spoken to by
bleak's own backends; `hci_adapter` and `bumble_backend` drive a controller over HCI with Bumble, which opens the layers
below GATT to probes. bleak and Bumble are an extra and are imported where they are used.
"""
