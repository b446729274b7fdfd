*** Settings ***
Documentation    Sign-on at a local port: request, identification, times, and what is no request.
Metadata         Interface    AMI-39
Metadata         Link    iec62056_21:mode_c iec62056_21:mode_b iec62056_21:mode_a dlms:mode_e

Resource         ../../resources/bench.resource
Resource         ../../resources/sign_on.resource


*** Test Cases ***    # robocop: off=DOC02
SIGN_ON_P1 A Request Is Answered By An Identification
    Then The Meter Identifies Itself
    And The Announced Mode Is That Of The Port

SIGN_ON_P2 The Identification Comes In Time
    Then The Meter Identifies Itself
    And The Reaction Time Is Kept

SIGN_ON_N1 A Request To Another Meter Is Met With Silence
    When The Reader Sends    request 00099999999    at=300 7E1
    Then The Meter Answers    nothing
    And The Meter Identifies Itself

SIGN_ON_N2 What Is No Request Is Met With Silence
    [Documentation]    Another start character; none.
    When The Reader Sends    2F 23 21 0D 0A    at=300 7E1
    Then The Meter Answers    nothing
    When The Reader Sends    3F 21 0D 0A    at=300 7E1
    Then The Meter Answers    nothing
    And The Meter Identifies Itself

SIGN_ON_N3 A Request With Wrong Parity Is Met With Silence
    [Documentation]    Odd instead of even.
    When The Reader Sends    request    at=300 7O1
    Then The Meter Answers    nothing
    And The Meter Identifies Itself

SIGN_ON_N4 A Request At Another Speed Is Met With Silence
    When The Reader Sends    request    at=2400 7E1
    Then The Meter Answers    nothing
    And The Meter Identifies Itself

SIGN_ON_N5 A Request With A Long Gap Is Met With Silence
    [Documentation]    2.5 s, where 1.5 s are the most.
    When The Reader Interrupts Its Request For    2.5
    Then The Meter Answers    nothing
    And The Meter Identifies Itself
