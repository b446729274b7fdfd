*** Settings ***
Documentation    3.1.2 On-demand meter reading: each of six askers gets a value of now from the meter that it
...              asked, in time, or an error that says why not.
Metadata         Process    3.1.2

Resource         resources/bench.resource
Resource         resources/on_demand_reading.resource
Resource         resources/sub_devices.resource
Resource         resources/sub_meter.resource


*** Test Cases ***
A Customer Gets A Reading Of Now
    [Documentation]    At the portal of the CIS.
    [Tags]    row:3.1.2/AMI-30/Cust-CIS
    When The Meter Is Read Twice On Demand
    Then The Value Is Of Now And No Earlier One
    And The Answer Comes In Time
    And It Comes From The Asked Meter

A Customer Is Told Why There Is No Reading
    [Documentation]    Another customer's meter is as unknown as one that does not exist.
    [Tags]    row:3.1.2/AMI-30/Cust-CIS
    Then An Unknown Meter Is Named As Unknown    not_found    unknown_meter
    And What Is Not The Asker's Is Refused    not_found    unknown_meter    forbidden

A Customer Is Told When The Meter Cannot Be Reached
    [Documentation]    And is shown no 0 kWh.
    [Tags]    row:3.1.2/AMI-30/Cust-CIS
    Then A Meter Without Supply Is Named As Unreachable

A Customer's Move Is Acknowledged
    [Documentation]    With validated metering information.
    [Tags]    row:3.1.2/AMI-30/Cust-CIS
    When The Customer Asks To Move Out In A Month
    Then The Request Is Acknowledged With Validated Readings

The CIS Gets A Reading Of Now
    [Documentation]    Of the meter that it named, from the headend.
    [Tags]    row:3.1.2/AMI-25/CIS-HE
    When The Meter Is Read Twice On Demand
    Then The Value Is Of Now And No Earlier One
    And The Answer Comes In Time
    And It Comes From The Asked Meter

The CIS Is Told Why There Is No Reading
    [Documentation]    Unknown, not its business, unreachable: three things.
    [Tags]    row:3.1.2/AMI-25/CIS-HE
    Then An Unknown Meter Is Named As Unknown    unknown_meter
    And What Is Not The Asker's Is Refused    forbidden
    And A Meter Without Supply Is Named As Unreachable

The OMS Learns That A Meter Answers And Nothing Else
    [Documentation]    A ping carries no metering data, so the row's low confidentiality is right (reading R9).
    [Tags]    row:3.1.2/AMI-11/OMS-HE
    When The Meter Is Asked Once
    Then The Answer Carries No Metering Data
    And The Answer Comes In Time

The OMS Is Told Why A Meter Does Not Answer
    [Documentation]    Unknown, not its business, unreachable: three things.
    [Tags]    row:3.1.2/AMI-11/OMS-HE
    Then An Unknown Meter Is Named As Unknown    unknown_meter
    And What Is Not The Asker's Is Refused    forbidden
    And A Meter Without Supply Is Named As Unreachable

The LMS Gets A Reading Of A Sub-Meter
    [Documentation]    To see whether a load control command worked.
    [Tags]    row:3.1.2/AMI-12/LMS-HE
    When The Meter Is Read Twice On Demand
    Then The Value Is Of Now And No Earlier One
    And The Answer Comes In Time
    And It Comes From The Asked Meter

The LMS Is Told Why There Is No Reading
    [Documentation]    A meter that is no sub-meter is not its business.
    [Tags]    row:3.1.2/AMI-12/LMS-HE
    Then An Unknown Meter Is Named As Unknown    unknown_meter
    And What Is Not The Asker's Is Refused    unknown_meter    forbidden
    And A Meter Without Supply Is Named As Unreachable

The DMS Gets Voltage Var And Frequency
    [Documentation]    As the instruments measure them.
    [Tags]    row:3.1.2/AMI-6/DMS-HE
    Given A Load With Reactive Power Is On
    When Voltage Var And Frequency Are Read
    Then They Match The Instruments

The DMS Is Answered In Time Or Told Why Not
    [Documentation]    With values of now, or the reason.
    [Tags]    row:3.1.2/AMI-6/DMS-HE
    When The Meter Is Asked Once
    Then The Value Is Of Now
    And The Answer Comes In Time
    And It Comes From The Asked Meter
    And An Unknown Meter Is Named As Unknown    unknown_meter
    And What Is Not The Asker's Is Refused    forbidden
    And A Meter Without Supply Is Named As Unreachable

The MDMS Gets A Reading Of Now
    [Documentation]    Of the meter that it named, from the headend.
    [Tags]    row:3.1.2/AMI-10/MDMS-HE
    When The Meter Is Read Twice On Demand
    Then The Value Is Of Now And No Earlier One
    And The Answer Comes In Time
    And It Comes From The Asked Meter

The MDMS Is Told Why There Is No Reading
    [Documentation]    Unknown, not its business, unreachable: three things.
    [Tags]    row:3.1.2/AMI-10/MDMS-HE
    Then An Unknown Meter Is Named As Unknown    unknown_meter
    And What Is Not The Asker's Is Refused    forbidden
    And A Meter Without Supply Is Named As Unreachable

The Meter Gives The Headend A Reading Of Now
    [Documentation]    Register and clock, over the meter's own link.
    [Tags]    row:3.1.2/AMI-28/HE-Meter
    When The Meter Is Read Twice On Demand
    Then The Value Is Of Now And No Earlier One
    And The Answer Comes In Time
    And It Comes From The Asked Meter

The Meter Tells The Headend Why There Is No Value
    [Documentation]    A register that it does not have, and a client without the right.
    [Tags]    row:3.1.2/AMI-28/HE-Meter
    Then An Unknown Meter Is Named As Unknown    object_undefined    object_unavailable
    And What Is Not The Asker's Is Refused    read_write_denied    object_undefined    scope_of_access_violated

The Meter Shows Voltage Var And Frequency
    [Documentation]    As the instruments measure them.
    [Tags]    row:3.1.2/AMI-28/HE-Meter
    Given A Load With Reactive Power Is On
    When Voltage Var And Frequency Are Read
    Then They Match The Instruments

The Meter Hands On What Gas And Water Meters Counted
    [Documentation]    With the time at which it captured that.
    [Tags]    row:3.1.2/AMI-28/HE-Meter    extension
    When Hours Go By And The Supply Fails Over The End Of One
    Then Each Reading Of A Sub-Device Is There Once With Its Time

The Crew's Tool Gets A Reading Of Now
    [Documentation]    At the optical port, the second physical access to the meter (reading R14b).
    [Tags]    row:3.1.2/AMI-39/Crew-Meter/d1    derived
    When The Meter Is Read Twice On Demand
    Then The Value Is Of Now And No Earlier One
    And The Answer Comes In Time
    And It Comes From The Asked Meter

The Sub-Meter Gives The Meter A Reading Of Now
    [Documentation]    Behind the meter, as it reads what load management asks for.
    [Tags]    row:3.1.2/AMI-37/Meter-SubMeter/d1    derived
    When The Meter Is Read Twice On Demand
    Then The Value Is Of Now And No Earlier One
    And The Answer Comes In Time
    And It Comes From The Asked Meter

The Sub-Meter Shows What Flows
    [Documentation]    One that the meter reads over Modbus, against the power analyser.
    [Tags]    row:3.1.2/AMI-37/Meter-SubMeter/d1    derived
    When The Sub-Meter Is Read An Hour Apart
    Then It Shows What Flows
