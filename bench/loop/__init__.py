"""Grid in the loop: a feeder solved step by step, with a device of the lab in the place of one customer."""
