"""What a device file declares, held against what the device shows (the first suite of a run).

A package a link, found through entry-point group ``amibench.declarations``: a module with ``TOPICS``. What is not
declared is compared with nothing: undeclared never means "no".
"""
