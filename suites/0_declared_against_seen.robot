*** Settings ***    # robocop: off=MISC06
Documentation    What is declared of each device under test, against what it shows: who it is, its ports, the clients
...              and parties that it serves, its objects. The selector adds the tests. What a device file does not
...              state is compared with nothing: undeclared never means no.
Metadata         Process    0

Resource         resources/bench.resource
Library          bench.keywords.declared.Declared
