*** Settings ***
Documentation    Mode E: the change to HDLC at the optical port of a DLMS meter, and back.
Metadata         Interface    AMI-39
Metadata         Link    dlms:mode_e

Resource         ../../resources/bench.resource
Resource         ../../resources/mode_e.resource


*** Test Cases ***    # robocop: off=DOC02
MODE_E_P1 The Choice Of HDLC Is Confirmed At The Chosen Speed
    When The Meter Identifies Itself
    And The Reader Chooses    option 2Z2
    Then The Confirmation Is The Choice

MODE_E_P2 HDLC Follows The Confirmation
    When The Meter Identifies Itself
    And The Reader Chooses    option 2Z2
    And The Reader Opens HDLC
    Then The Meter Answers    UA

MODE_E_P3 After HDLC The Port Is At The Beginning Again
    When The Meter Identifies Itself
    And The Reader Chooses    option 2Z2
    And The Reader Opens HDLC
    And The Reader Closes HDLC
    And The Reader Waits    2
    Then The Meter Identifies Itself

MODE_E_P4 A Reader That Does Not Open HDLC Is Not Waited For
    [Documentation]    For no longer than the inactivity time-out of HDLC (PIXIT inactivity_timeout_s).
    When The Meter Identifies Itself
    And The Reader Chooses    option 2Z2
    And The Inactivity Time-out Passes
    Then The Meter Identifies Itself

MODE_E_N1 There Is No HDLC Without A Sign-on
    When The Reader Opens HDLC At    9600 8N1
    Then The Meter Answers    nothing

MODE_E_N2 A Choice That Contradicts Itself Opens No HDLC
    [Documentation]    HDLC as protocol, data readout as mode.
    When The Meter Identifies Itself
    And The Reader Chooses    option 2Z0
    And The Reader Opens HDLC
    Then The Meter Answers    nothing    garbage

MODE_E_N3 There Is No Programming Mode That Nobody Declared
    Given The Meter Has No Programming Mode
    When The Meter Identifies Itself
    And The Reader Chooses    option 0Z1
    Then The Meter Answers    nothing    readout
