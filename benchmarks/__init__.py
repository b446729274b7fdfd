"""Benchmarks: the bench beside its peers, in one run, as ratios. README.md says how to read them."""
