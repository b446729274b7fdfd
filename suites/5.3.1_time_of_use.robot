*** Settings ***
Documentation    5.3.1 Time of use: energy is counted by the rate that the calendar has at the time, and the registers
...              of each rate come to the headend, to the MDMS and to Billing.
Metadata         Process    5.3.1

Resource         resources/bench.resource
Resource         resources/billing_cycle.resource
Resource         resources/periodic_reading.resource
Resource         resources/time_of_use.resource


*** Test Cases ***
The MDMS Gets The Registers Of Each Rate
    [Documentation]    At the end of a billing period, as the meter closed it.
    [Tags]    row:5.3.1/AMI-10/MDMS-HE
    Given The Customer Uses Energy Over 6 Declared Changes Of Rate
    And The Rates Add Up To The Total
    When The MDMS Asks For Ended Periods
    Then The Headend Hands On Each Ended Period

A Working Day Has Its Rates
    [Documentation]    Each boundary of the day.
    [Tags]    row:5.3.1/AMI-28/HE-Meter
    Given A Calendar With A Working Day
    When The Customer Uses Energy Over Each Change Of Rate
    Then Each Rate Begins In Time
    And Energy Goes To The Register Of Its Rate Only
    And The Rates Add Up To The Total
    [Teardown]    The Calendar Is Put Back

A Weekend Has Its Rates
    [Documentation]    Until the working day after it.
    [Tags]    row:5.3.1/AMI-28/HE-Meter
    Given A Calendar With A Weekend
    When The Customer Uses Energy Over Each Change Of Rate
    Then Each Rate Begins In Time
    And Energy Goes To The Register Of Its Rate Only
    And The Rates Add Up To The Total
    [Teardown]    The Calendar Is Put Back

A Holiday Is No Working Day
    [Documentation]    Though its weekday is one; the day after it is a working day again.
    [Tags]    row:5.3.1/AMI-28/HE-Meter
    Given A Calendar With A Holiday
    When The Customer Uses Energy Over Each Change Of Rate
    Then Each Rate Begins In Time
    And Energy Goes To The Register Of Its Rate Only
    And The Rates Add Up To The Total
    [Teardown]    The Calendar Is Put Back

Another Season Has Other Rates
    [Documentation]    From the midnight at which it begins.
    [Tags]    row:5.3.1/AMI-28/HE-Meter
    Given A Calendar With A Season Change
    When The Customer Uses Energy Over Each Change Of Rate
    Then Each Rate Begins In Time
    And Energy Goes To The Register Of Its Rate Only
    And The Rates Add Up To The Total
    [Teardown]    The Calendar Is Put Back

Daylight Saving Leaves Each Rate At Its Local Time
    [Documentation]    In the night without an hour, and in the night that has one twice.
    [Tags]    row:5.3.1/AMI-28/HE-Meter
    Given A Calendar With Daylight Saving
    When The Customer Uses Energy Over Each Change Of Rate
    Then Each Rate Begins In Time
    And Energy Goes To The Register Of Its Rate Only
    And The Rates Add Up To The Total
    [Teardown]    The Calendar Is Put Back

Billing Gets The Registers Of Each Rate
    [Documentation]    Of the billing period that ends, once, as the meter closed it.
    [Tags]    row:5.3.1/AMI-24/MDMS-Billing
    Given The Customer Chooses Day 20
    And The Customer Uses Energy Over 2 Declared Changes Of Rate
    When The Running Period Has Ended
    Then Billing Holds Each Ended Period Once

Billing Acknowledges What It Takes
    [Documentation]    A reading and its correction.
    [Tags]    row:5.3.1/AMI-24/MDMS-Billing
    When The MDMS Hands A Correction To Billing
    Then Billing Acknowledges And Holds It

The Crew's Tool Sees Each Rate Counted
    [Documentation]    At the optical port, the second physical access to the meter (reading R14b).
    [Tags]    row:5.3.1/AMI-39/Crew-Meter/d1    derived
    Given The Customer Uses Energy Over 3 Declared Changes Of Rate
    Then Each Rate Begins In Time
    And Energy Goes To The Register Of Its Rate Only
    And The Rates Add Up To The Total

The Crew Writes A Weekend
    [Documentation]    Through the optical port: each day of the week gets its rates, until the working day after it.
    [Tags]    row:5.3.1/AMI-39/Crew-Meter/d1    derived
    Given A Calendar With A Weekend
    When The Customer Uses Energy Over Each Change Of Rate
    Then Each Rate Begins In Time
    And Energy Goes To The Register Of Its Rate Only
    And The Rates Add Up To The Total
    [Teardown]    The Calendar Is Put Back

The Crew Writes A Holiday
    [Documentation]    Through the optical port.
    [Tags]    row:5.3.1/AMI-39/Crew-Meter/d1    derived
    Given A Calendar With A Holiday
    When The Customer Uses Energy Over Each Change Of Rate
    Then Each Rate Begins In Time
    And Energy Goes To The Register Of Its Rate Only
    And The Rates Add Up To The Total
    [Teardown]    The Calendar Is Put Back

The Crew Writes Another Season
    [Documentation]    Through the optical port.
    [Tags]    row:5.3.1/AMI-39/Crew-Meter/d1    derived
    Given A Calendar With A Season Change
    When The Customer Uses Energy Over Each Change Of Rate
    Then Each Rate Begins In Time
    And Energy Goes To The Register Of Its Rate Only
    And The Rates Add Up To The Total
    [Teardown]    The Calendar Is Put Back
