"""SunSpec Modbus: information models of distributed energy resources in holding registers.

Pure first: `definitions` (what the SunSpec Alliance publishes, read from pysunspec2's JSON files), `values` (a point's
registers and its value), `layout` (where a model's points stand, given its counts), `model` (a model's registers as
values), `readout` (which registers are read together). Then, on a `drivers.modbus.registers.RegisterAccess`:
`discovery` and `map` (finding the map, walking its models), `device` (`SunSpecDevice`: reading, writing), `adoption`
(stored curves), `functions` and `curve_functions` (IEEE 1547's functions as points), `inverter` and `older_inverter`
(the role `drivers.roles.DerInverter` on models 701 to 715, and on 101 to 124 as far as they go).
"""
