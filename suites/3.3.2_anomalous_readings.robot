*** Settings ***
Documentation    3.3.2 Anomalous readings: the MDMS finds them among normal ones, has the customer contacted, and
...              learns from the CIS whether all is OK.
Metadata         Process    3.3.2

Resource         resources/bench.resource
Resource         resources/anomalous_readings.resource
Resource         resources/own_message.resource


*** Test Cases ***
Anomalies Are Flagged And Become Cases
    [Documentation]    All that were injected, and at most one in fifty others.
    [Tags]    row:3.3.2/AMI-25/MDMS-CIS
    When A Month Of Readings In Which Some Customers Have Changed
    Then Those And Hardly Any Other Are Flagged

An Answer Of The CIS Changes A Case Once
    [Documentation]    Who was on vacation is cleared.
    [Tags]    row:3.3.2/AMI-25/MDMS-CIS
    Given A Month Of Readings In Which Some Customers Have Changed
    When The Customers Are Contacted
    Then Each Answer Changes Its Case Once

What Is Judged Comes From The Meter
    [Documentation]    Each reading names the meter that it is of.
    [Tags]    row:3.3.2/AMI-28/HE-Meter/d1
    When The Headend Reads The Meter
    Then The Reading Is The Meter's Own

The Crew's Tool Reads The Meter
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.3.2/AMI-39/Crew-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect
