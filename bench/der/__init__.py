"""What IEEE 1547-2018 expects of a DER at an operating point, and the bands in which IEEE 1547.1-2020 accepts it."""
