"""The record of a run: an append-only, hash-chained journal, the captures that it names, and their reading."""
