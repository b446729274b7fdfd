*** Settings ***
Documentation    3.1.4 Customer selection of billing cycle dates: a new date holds from the next boundary on, every
...              period ends once, and no day is billed twice or left out.
Metadata         Process    3.1.4

Resource         resources/bench.resource
Resource         resources/billing_cycle.resource
Resource         resources/own_message.resource


*** Test Cases ***
The MDMS Gets The Ended Periods
    [Documentation]    As the meter closed them.
    [Tags]    row:3.1.4/AMI-10/MDMS-HE
    When The MDMS Asks For Ended Periods
    Then The Headend Hands On Each Ended Period

A New Date Takes Effect At The Next Boundary Only
    [Documentation]    The running period ends by the old date, the next one by the new date.
    [Tags]    row:3.1.4/AMI-28/HE-Meter
    Given The Headend Changes The Billing Date To Day 10
    When 2 Billing Periods End
    Then Each Period Has Ended Once And At Its Time
    And No Day Is Billed Twice Or Left Out
    And The Change Is Logged

A Period That Ends On The 31st Ends In Every Month
    [Documentation]    In a month of 28 or 30 days on its last one: until the end of April, after a start in January.
    [Tags]    row:3.1.4/AMI-28/HE-Meter
    Given The Headend Changes The Billing Date To Day 31
    When 5 Billing Periods End
    Then Each Period Has Ended Once And At Its Time
    And No Day Is Billed Twice Or Left Out

Billing Gets Each Ended Period Once
    [Documentation]    By the customer's own choice of the date, from the portal to the meter and back to Billing.
    [Tags]    row:3.1.4/AMI-24/MDMS-Billing
    Given The Customer Chooses Day 20
    And The Meter Has Day 20
    When The Running Period Has Ended
    Then Billing Holds Each Ended Period Once

A Choice Is Acknowledged
    [Documentation]    And goes on to the meter.
    [Tags]    row:3.1.4/AMI-30/Cust-CIS/d1
    When The Customer Chooses Day 20
    Then The Choice Of Day 20 Is Acknowledged
    And The Meter Has Day 20

The Crew's Tool Reads The Ended Periods
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.1.4/AMI-39/Crew-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect
