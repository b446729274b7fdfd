*** Settings ***
Documentation    3.4.4 Remote disconnect for non-payment: as for move-out, at the ordered time, and the order can be
...              cancelled until it is executed.
Metadata         Process    3.4.4

Resource         resources/bench.resource
Resource         resources/remote_switch.resource
Resource         resources/switch_orders.resource
Resource         resources/disconnect_orders.resource

Test Teardown    Put Everything Back


*** Test Cases ***
Supply Goes Off At The Ordered Time
    [Documentation]    And the reading taken after the opening stays the last one.
    [Tags]    row:3.4.4/AMI-25/CIS-HE
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
    [Tags]    row:3.4.4/AMI-25/CIS-HE
    Given The Customer Draws Power
    And The Switch Can Only Be Operated By Hand
    When The CIS Orders It For In Five Minutes
    Then The Order Ends As    failed    not_remotely_switchable

Energy After The Disconnect Is Reported
    [Documentation]    By a bypass that passes the measuring element while the switch is open.
    [Tags]    row:3.4.4/AMI-25/CIS-HE
    Given The Customer Has Been Disconnected
    And The Meter Is Read    after the disconnect
    And Nothing Is Reported Yet
    When Someone Bypasses The Open Switch
    And The Meter Is Read    after the bypass
    Then Possible Tampering Is Reported

A Cancelled Order Is Not Executed
    [Documentation]    Cancelled five seconds before its time: the customer has paid.
    [Tags]    row:3.4.4/AMI-25/CIS-HE
    Given The Customer Draws Power
    When The CIS Orders It And Cancels It Shortly Before Its Time
    Then Nothing Has Moved
    And The Order Stays Cancelled

A Cancelled Order Is Not Executed After A Restart
    [Documentation]    What was cancelled is not forgotten with the power.
    [Tags]    row:3.4.4/AMI-25/CIS-HE
    Given The Customer Draws Power
    When The CIS Cancels Its Order And The System Restarts
    Then Nothing Has Moved
    And The Order Stays Cancelled

What Has Been Executed Can No Longer Be Cancelled
    [Documentation]    The answer says so, and does not pretend.
    [Tags]    row:3.4.4/AMI-25/CIS-HE
    Given The Customer Draws Power
    When The CIS Cancels What Has Been Done
    Then It Is Told That It Is Too Late

A Protected Customer Is Not Disconnected
    [Documentation]    By the operator's own list.
    [Tags]    row:3.4.4/AMI-25/CIS-HE    extension
    When The CIS Orders It For A Protected Customer
    Then The Order Is Refused As    protected_customer

Nobody Is Disconnected In Forbidden Hours
    [Documentation]    By the operator's own rule.
    [Tags]    row:3.4.4/AMI-25/CIS-HE    extension
    When The CIS Orders It For Forbidden Hours
    Then The Order Is Refused As    forbidden_hours
    And The Order Beside Them Is Taken

The Meter Disconnects And Says So When It Is True
    [Documentation]    Less than 10 mA flow, states agree, and nothing is metered any more.
    [Tags]    row:3.4.4/AMI-28/HE-Meter
    Given The Customer Draws 1000 W
    When The Headend Reads Disconnects And Reads Again
    Then No Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower
    And The Register Stands Still For An Hour

The Meter Disconnects At The Time That It Was Given
    [Documentation]    Where the headend leaves date and time to the meter.
    [Tags]    row:3.4.4/AMI-28/HE-Meter
    Given The Customer Draws 1000 W
    When The Headend Has The Meter Switch In Two Minutes
    Then The Meter Switches At The Time

What Is Cancelled In The Meter Is Not Executed
    [Documentation]    Not after a power cut either.
    [Tags]    row:3.4.4/AMI-28/HE-Meter
    Given The Customer Draws 1000 W
    When The Headend Cancels What The Meter Is To Do
    Then The Meter Does Not Switch

The Crew's Tool Disconnects At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.4.4/AMI-39/Crew-Meter/d1    derived
    Given The Customer Draws 1000 W
    When The Headend Reads Disconnects And Reads Again
    Then No Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower
    And The Register Stands Still For An Hour
