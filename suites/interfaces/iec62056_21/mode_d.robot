*** Settings ***
Documentation    Mode D: the meter speaks at 2,400 baud, unasked, and hears nothing.
Metadata         Interface    AMI-39
Metadata         Link    iec62056_21:mode_d

Resource         ../../resources/bench.resource
Resource         ../../resources/sign_on.resource


*** Test Cases ***    # robocop: off=DOC02
MODE_D_P1 The Readout Comes Unasked
    When The Reader Listens At    2400 7E1    15
    Then The Meter Answers    identification; readout
    And The Readout Is Sound    block_check=${False}

MODE_D_N1 A Request Is Not Heard
    When The Reader Listens At    2400 7E1    15
    And The Reader Sends    request    at=2400 7E1
    Then The Meter Answers    nothing
