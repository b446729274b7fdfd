*** Settings ***
Documentation    3.3.1 Tamper detection: whatever is done to a meter gives one event with readings and status, soon, as
...              far as the MDMS, kept over a loss of supply; and the meter is flagged as to be watched.
Metadata         Process    3.3.1

Resource         resources/bench.resource
Resource         resources/revenue_protection.resource
Resource         resources/sealed_port.resource
Resource         resources/tamper_detection.resource


*** Test Cases ***
Every Act Of Tampering Gives One Event
    [Documentation]    With the link up, within t_tamper.
    [Tags]    row:3.3.1/AMI-28/Meter-HE
    When Somebody Tampers With The Meter
    Then Each Act Gives One Event
    And The Event Leaves The Meter In Time
    And The Event Carries Readings And Status

Tampering Without Supply Is Told When It Is Back
    [Documentation]    With the time of the act.
    [Tags]    row:3.3.1/AMI-28/Meter-HE
    When Somebody Tampers With The Meter While It Has No Supply
    Then Each Act Gives One Event
    And The Event Leaves The Meter In Time
    And The Event Carries Readings And Status

Events And The Flag Survive A Loss Of Supply
    [Documentation]    The returned flag is stored and readable.
    [Tags]    row:3.3.1/AMI-28/Meter-HE
    Given Somebody Tampers With The Meter
    When The Headend Flags The Meter
    Then The Flag Is There At Once
    When The Supply Is Cut For 10 Minutes
    Then Nothing Of It Is Lost
    And The Flag Is There After A Loss Of Supply

Tampering Reaches The MDMS, And The Flag Comes Back
    [Documentation]    Once, with readings and status; the flag is in the meter.
    [Tags]    row:3.3.1/AMI-10/HE-MDMS
    Given The Headend Listens To The Meter
    When Somebody Opens The Cover
    Then The MDMS Has One Event With Readings And Status
    And The Meter Is Flagged As To Be Watched

Tampering Becomes A Case At The CIS
    [Documentation]    One, which its answer changes once.
    [Tags]    row:3.3.1/AMI-25/MDMS-CIS/d1
    Given The Headend Listens To The Meter
    When Somebody Opens The Cover
    Then The CIS Has One Case Of Tamper Event
    When The Customer Is Contacted And Tampering Is Possible
    Then Every Case Stands At Possible Tampering

The Cover Of The Optical Port Does Not Open Unseen
    [Documentation]    The second physical access to the meter (reading R14b), and what compensates for its weakness.
    [Tags]    row:3.3.1/AMI-39/Crew-Meter/d1    derived
    When Somebody Breaks The Seal Of The Optical Port
    Then Each Opening Leaves One Entry
    And The Headend Is Told Where That Is Declared

The Crew's Tool Flags The Meter At The Optical Port
    [Documentation]    The flag is stored and readable.
    [Tags]    row:3.3.1/AMI-39/Crew-Meter/d1    derived
    When The Crew Flags The Meter At The Port
    Then The Flag Stays In Force
