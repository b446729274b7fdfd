*** Settings ***
Documentation    IEEE 2030.5 at a client that carries events out: when they hold, which one goes first, how they end.
Metadata         Interface    AMI-31 AMI-43
Metadata         Link         cems/sep2:client inverter/sep2:client

Resource         ../../resources/bench.resource
Resource         ../../resources/sep2_events.resource


*** Test Cases ***    # robocop: off=DOC02
SEP2_EVENT_P1 A Control Holds From Its Start To Its End
    When The Server Offers    a control for a time to come
    Then The Power Is    all, 50 %, 50 %, all
    And The Responses Are    A 1 2 3

SEP2_EVENT_P2 A Control That Has Begun Holds Until Its End
    When The Server Offers    a control that has begun
    Then The Power Is    50 %, 50 %, all
    And The Responses Are    A 1 2 3

SEP2_EVENT_P3 A Newer Control Of The Program Supersedes
    When The Server Offers    a newer control while one runs
    Then The Power Is    50 %, 25 %, 25 %, all
    And The Responses Are    A 1 2 7; B 1 2 3

SEP2_EVENT_P4 A Program Of Lower Primacy Goes First
    When The Server Offers    a control that goes first while one runs
    Then The Power Is    50 %, 25 %, 25 %, all
    And The Responses Are    A 1 2 7; B 1 2 3    A 1 2 14; B 1 2 3

SEP2_EVENT_P5 A Program Of Higher Primacy Waits
    When The Server Offers    a control that does not go first while one runs
    Then The Power Is    50 %, 50 %, 50 %, all
    And The Responses Are    A 1 2 3; B 1 7    A 1 2 3; B 1 14

SEP2_EVENT_P6 A Control That Is Cancelled Does Not Begin
    When The Server Offers    a control that is cancelled before it begins
    Then The Power Is    all
    And The Responses Are    A 1 6

SEP2_EVENT_P7 A Control That Is Cancelled Ends
    When The Server Offers    a control that is cancelled while it runs
    Then The Power Is    50 %, all
    And The Responses Are    A 1 2 6

SEP2_EVENT_P8 A Control That Is Cancelled At Random Ends In Its Time
    When The Server Offers    a control that is cancelled at random while it runs
    Then The Power Is    50 %, all
    And The Responses Are    A 1 2 6

SEP2_EVENT_P9 A Random Start Is Later Than Stated
    When The Server Offers Controls That May Begin    later
    Then They Begin    within their range, not all alike

SEP2_EVENT_P10 A Negative Random Start Is Earlier Than Stated
    When The Server Offers Controls That May Begin    earlier
    Then They Begin    within their range, not all alike

SEP2_EVENT_P11 The Default Holds Where No Control Does
    When The Server Offers    a default and a control
    Then The Power Is    75 %, 50 %, 50 %, 75 %
    And The Responses Are    A 1 2 3

SEP2_EVENT_P12 A Control Holds Without Its Server
    When The Server Offers    a control, and is then not reachable
    Then The Power Is    50 %, 50 %, all
    And The Responses Are    A 1 2 3

SEP2_EVENT_N1 A Control That Is Over Is Refused
    When The Server Offers    a control that is over
    Then The Power Is    all
    And The Responses Are    A 254

SEP2_EVENT_N2 A Control That Cannot Be Is Refused
    When The Server Offers    a control that cannot be
    Then The Power Is    all
    And The Responses Are    A 253    A 252

SEP2_EVENT_N3 A Control For Other Devices Is Passed Over
    When The Server Offers    a control for other devices
    Then The Power Is    all, all
    And The Responses Are    A nothing
