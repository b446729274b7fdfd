*** Settings ***
Documentation    3.4.6 Unsolicited connect or disconnect: whatever moves the switch, the meter tells of it, and the
...              cause is found: the MDMS asks the CIS, which answers from work orders and credentials.
Metadata         Process    3.4.6

Resource         resources/bench.resource
Resource         resources/remote_switch.resource
Resource         resources/switch_events.resource

Test Teardown    Put Everything Back


*** Test Cases ***
A Switch That Is Operated By Hand Is Reported As Local
    [Documentation]    By an employee or by somebody else: the meter cannot tell.
    [Tags]    row:3.4.6/AMI-28/Meter-HE
    When Somebody Switches At The Meter Off And On
    Then The Meter Has Told Of Both In Time
    And It Says That The Cause Is    local

A Switch That The Meter Itself Operates Is Reported As Local
    [Documentation]    One of the text's miscellaneous events.
    [Tags]    row:3.4.6/AMI-28/Meter-HE
    When The Meter's Own Supervision Switches Off And On
    Then The Meter Has Told Of Both In Time
    And It Says That The Cause Is    local

An Injected Command Is Reported As Remote
    [Documentation]    To the meter it looks like any other.
    [Tags]    row:3.4.6/AMI-28/Meter-HE
    When Somebody With The Headend's Keys Switches Off And On
    Then The Meter Has Told Of Both In Time
    And It Says That The Cause Is    remote

A Relay That Fails Is Reported As Unknown
    [Documentation]    Open when it fails open, closed when it fails closed.
    [Tags]    row:3.4.6/AMI-28/Meter-HE
    When The Relay Fails And The Switch Goes Off And On
    Then The Meter Has Told Of Both In Time
    And It Says That The Cause Is    unknown

An Employee With A Work Order Is Authorised
    [Documentation]    Switched off and on by hand, with credential and work order.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    Given There Is A Work Order
    And An Employee Is At The Meter
    When The MDMS Asks Why The Switch Moved    manual
    Then The CIS Answers That It Was    authorised_employee

An Employee Without A Work Order Is Not Authorised
    [Documentation]    There are orders for other meters, employees and days.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    Given There Are Only Other Work Orders
    And An Employee Is At The Meter
    When The MDMS Asks Why The Switch Moved    manual
    Then The CIS Answers That It Was    unauthorised_employee

A Work Order For Disconnecting Does Not Authorise A Connect
    [Documentation]    Valid and invalid switching by the same employee.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    Given There Is A Work Order For Disconnecting Only
    And An Employee Is At The Meter
    When The MDMS Asks Why The Switch Moved    manual    on
    Then The CIS Answers That It Was    unauthorised_employee

Somebody Without A Valid Credential Is An Unknown Party
    [Documentation]    A work order for somebody else does not help.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    Given There Is A Work Order
    And A Stranger Is At The Meter
    When The MDMS Asks Why The Switch Moved    manual
    Then The CIS Answers That It Was    unknown_party

A Command That Nobody Ordered Is Unauthorised
    [Documentation]    Off and on.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    When The MDMS Asks Why The Switch Moved    command
    Then The CIS Answers That It Was    unauthorised_command

A Switch That Moves Without A Cause Has Failed
    [Documentation]    Off and on.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    When The MDMS Asks Why The Switch Moved    uncommanded
    Then The CIS Answers That It Was    failure

What The Meter Does By Itself Is Another Cause
    [Documentation]    Off and on.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    When The MDMS Asks Why The Switch Moved    automatic
    Then The CIS Answers That It Was    other

A Failure Is Asked About Once And Answered
    [Documentation]    From the meter through headend and MDMS to the CIS.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    Given The Meter Tells Its Headend
    When The Switch Moves By Itself
    Then Each Operation Is Asked About Once And Answered    failure    unknown

An Injected Command Is Asked About Once And Answered
    [Documentation]    The headend knows of no order.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    Given The Meter Tells Its Headend
    When The Switch Moves By An Injected Command
    Then Each Operation Is Asked About Once And Answered    unauthorised_command    remote

Switching By Hand Is Asked About Once And Answered
    [Documentation]    By an employee who has a work order.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    Given The Meter Tells Its Headend
    And There Is A Work Order
    And An Employee Is At The Meter
    When The Switch Moves By Hand
    Then Each Operation Is Asked About Once And Answered    authorised_employee    local

Nobody Asks About What Was Ordered
    [Documentation]    The meter tells of it all the same.
    [Tags]    row:3.4.6/AMI-25/MDMS-CIS
    Given The Meter Tells Its Headend
    When The Switch Moves By Order
    Then Nobody Asks

The Crew's Tool Finds State And Reading At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.4.6/AMI-39/Crew-Meter/d1    derived
    When The Relay Fails And The Crew's Tool Asks
    Then The Meter Answers With Reading And State
