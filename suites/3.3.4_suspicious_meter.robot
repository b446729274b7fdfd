*** Settings ***
Documentation    3.3.4 Suspicious meter: who answers for a meter is known by its keys; a replaced meter is reported at
...              the first contact, marked invalid and not billed; an identity is not rewritten in silence.
Metadata         Process    3.3.4

Resource         resources/bench.resource
Resource         resources/meter_identity.resource
Resource         resources/own_message.resource


*** Test Cases ***
An Identity Is Not Rewritten In Silence
    [Documentation]    Logical device name and serial number.
    [Tags]    row:3.3.4/AMI-28/HE-Meter
    When Somebody Rewrites The Names Of The Meter
    Then Rewriting Is Refused Or Leaves A Trace

Copied Names Do Not Make The Meter
    [Documentation]    The keys are what counts.
    [Tags]    row:3.3.4/AMI-28/HE-Meter
    When A Clone With Copied Names Is Asked With The Registered Keys
    Then A Clone Does Not Pass For The Meter

A Clone Is Reported At The First Contact
    [Documentation]    It bears the serial number of the meter, and other keys.
    [Tags]    row:3.3.4/AMI-10/HE-MDMS
    When A Clone With Copied Names Takes The Place Of The Meter
    Then The Headend Says That The Registration Is Invalid
    And The Registration Is Reported As Invalid

A Meter With Another Identity Is Reported At The First Contact
    [Documentation]    A genuine one, in the wrong place.
    [Tags]    row:3.3.4/AMI-10/HE-MDMS
    When A Genuine Meter With Another Identity Takes The Place Of The Meter
    Then The Headend Says That The Registration Is Invalid
    And The Registration Is Reported As Invalid

Readings Of A Replaced Meter Are Not Billed
    [Documentation]    They are in quarantine from the first contact on.
    [Tags]    row:3.3.4/AMI-10/HE-MDMS
    When A Clone Takes The Place Of The Meter While Intervals Are Collected
    Then The Registration Is Reported As Invalid
    And Nothing Of The Clone Is Billed

A Replaced Meter Becomes One Case At The CIS
    [Documentation]    Which its answer changes once.
    [Tags]    row:3.3.4/AMI-25/MDMS-CIS
    When A Clone With Copied Names Takes The Place Of The Meter
    Then The CIS Has One Case Of Invalid Registration
    When The Customer Is Contacted And Tampering Is Possible
    Then Every Case Stands At Possible Tampering

The Crew's Tool Reads The Identity
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.3.4/AMI-39/Crew-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect
