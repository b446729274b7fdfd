*** Settings ***
Documentation    Mode A: everything at 300 baud, the readout follows the identification by itself.
Metadata         Interface    AMI-39
Metadata         Link    iec62056_21:mode_a

Resource         ../../resources/bench.resource
Resource         ../../resources/sign_on.resource


*** Test Cases ***    # robocop: off=DOC02
MODE_A_P1 The Readout Follows The Identification
    When The Reader Sends    request    at=300 7E1
    Then The Meter Answers    identification; readout
    And The Readout Is Sound

MODE_A_P2 A Readout That Was Not Understood Comes Again
    When The Reader Sends    request    at=300 7E1
    Then The Meter Answers    identification; readout
    When The Reader Sends    NAK
    Then The Meter Answers    readout
