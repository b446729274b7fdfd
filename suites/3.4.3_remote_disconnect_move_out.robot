*** Settings ***
Documentation    3.4.3 Remote disconnect for move-out: at the ordered time the meter is read, opened if it can be,
...              and read for the final bill; energy that flows afterwards is reported.
Metadata         Process    3.4.3

Resource         resources/bench.resource
Resource         resources/remote_switch.resource
Resource         resources/switch_orders.resource

Test Teardown    Put Everything Back


*** Test Cases ***
Supply Goes Off At The Ordered Time
    [Documentation]    And the final reading, taken after the opening, stays the last one.
    [Tags]    row:3.4.3/AMI-25/CIS-HE
    Given The Customer Draws A Heavy Load
    When The CIS Orders It For In Five Minutes
    Then Nothing Happens Before The Time
    And It Happens At Its Time
    And The Business Answer Comes In Time And Is True
    And The Second Reading Of The Order Is Not Lower
    And The Final Reading Is Taken After The Opening
    And The Final Reading Stays The Last One

A Meter That Cannot Be Switched Remotely Is Left Alone
    [Documentation]    The headend looks first, and says so.
    [Tags]    row:3.4.3/AMI-25/CIS-HE
    Given The Customer Draws Power
    And The Switch Can Only Be Operated By Hand
    When The CIS Orders It For In Five Minutes
    Then The Order Ends As    failed    not_remotely_switchable

Energy After The Disconnect Is Reported
    [Documentation]    By a bypass that passes the measuring element while the switch is open.
    [Tags]    row:3.4.3/AMI-25/CIS-HE
    Given The Former Customer Has Moved Out
    And The Meter Is Read    after the disconnect
    And Nothing Is Reported Yet
    When Someone Bypasses The Open Switch
    And The Meter Is Read    after the bypass
    Then Possible Tampering Is Reported

The Meter Disconnects And Says So When It Is True
    [Documentation]    Less than 10 mA flow, states agree, and nothing is metered any more.
    [Tags]    row:3.4.3/AMI-28/HE-Meter
    Given The Customer Draws 1000 W
    When The Headend Reads Disconnects And Reads Again
    Then No Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower
    And The Register Stands Still For An Hour

The Crew's Tool Disconnects At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.4.3/AMI-39/Crew-Meter/d1    derived
    Given The Customer Draws 1000 W
    When The Headend Reads Disconnects And Reads Again
    Then No Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower
    And The Register Stands Still For An Hour
