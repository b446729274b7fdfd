*** Settings ***
Documentation    4.3.2 Charging of plug-in vehicles: a request goes by the utility's way or past it to the charger,
...              whose pilot and current show it.
Metadata         Process    4.3.2

Resource         resources/bench.resource
Resource         resources/charging.resource
Resource         resources/charging_reservations.resource
Resource         resources/managed_charging.resource
Resource         resources/signals.resource
Resource         resources/sub_meter.resource


*** Test Cases ***
The Aggregator's Request Reaches The Vehicle
    [Documentation]    By distribution management and headend, gateway and energy management.
    [Tags]    row:4.3.2/AMI-23/Aggr-DMS
    When The Vehicle's Charging Is Managed
    Then The Vehicle Does What Was Asked
    And The Home Answers The Request

An Aggregator Manages The Vehicles Of Its Own Sites Only
    [Documentation]    By the list of sites that customers have put in its hands.
    [Tags]    row:4.3.2/AMI-23/Aggr-DMS
    When An Aggregator Of Other Sites Manages The Vehicle's Charging
    Then It Is Refused And The Vehicle Goes On
    And The Vehicle Does What Was Asked

Distribution Management's Request Reaches The Vehicle
    [Documentation]    From the headend to the vehicle's watts.
    [Tags]    row:4.3.2/AMI-6/DMS-HE
    When The Vehicle's Charging Is Managed
    Then The Vehicle Does What Was Asked
    And The Home Answers The Request

The Headend's Signal Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:4.3.2/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Aggregator's Own Signal Reaches The Home
    [Documentation]    Past the utility.
    [Tags]    row:4.3.2/AMI-21/Aggr-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

Either Path Charges The Same
    [Documentation]    The aggregator's own server, and the utility's systems.
    [Tags]    row:4.3.2/AMI-21/Aggr-ESI
    When The Aggregator Manages Charging By Both Paths
    Then The Vehicle Does What Was Asked
    And Both Paths Charge Alike

Two Paths Do Not Act Twice
    [Documentation]    A request that comes by both is carried out once, and holds until both are over (reading R5).
    [Tags]    row:4.3.2/AMI-21/Aggr-ESI/d1    derived
    When The Same Request Comes By Both Paths
    Then The Vehicle Does What Was Asked
    And The Vehicle Moves Once

The Utility Goes First
    [Documentation]    By the primacy of their programs, not by what came last.
    [Tags]    row:4.3.2/AMI-21/Aggr-ESI
    When The Utility And The Aggregator Want Different Rates
    Then The Vehicle Does What Was Asked

The Energy Management System Follows The Gateway's Signal
    [Documentation]    The power analyser at the charger sees the watts.
    [Tags]    row:4.3.2/AMI-31/ESI-CEMS/d1    derived
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management Charges As The Gateway Reserves
    [Documentation]    It asks for what its customer planned, waits, and keeps to power, energy and time.
    [Tags]    row:4.3.2/AMI-31/ESI-CEMS/d1    derived
    When The Customer Plans And Half The Power Is Reserved
    Then What Was Reserved Flows And No More

A Reservation That Is Taken Back Ends
    [Documentation]    The vehicle stops, and charges by itself only when its customer has ended the plan.
    [Tags]    row:4.3.2/AMI-31/ESI-CEMS/d1    derived
    When A Reservation Is Taken Back While The Vehicle Charges
    Then The Vehicle Stops And Says So

The Utility's Reservation Reaches The Vehicle
    [Documentation]    Asked for through the gateway, granted by the headend, seen as watts at the charger.
    [Tags]    row:4.3.2/AMI-27/HE-ESI
    When The Customer Plans And Half The Power Is Reserved
    Then What Was Reserved Flows And No More

The Aggregator's Reservation Reaches The Vehicle
    [Documentation]    Past the utility.
    [Tags]    row:4.3.2/AMI-21/Aggr-ESI
    When The Customer Plans And Half The Power Is Reserved
    Then What Was Reserved Flows And No More

What A Gateway Reserves Fits Its Feeder
    [Documentation]    Where the gateway grants reservations itself: vehicles together take no more than there is.
    [Tags]    row:4.3.2/AMI-21/Aggr-ESI
    When A Vehicle And Its Neighbour Ask For More Than The Feeder Carries
    Then What Is Reserved Fits The Feeder

The Sub-Meter Shows What The Vehicle Draws
    [Documentation]    Over the serial line, against the power analyser.
    [Tags]    row:4.3.2/AMI-38/EV-SubMeter/d1    derived
    When The Sub-Meter Is Read An Hour Apart
    Then It Shows What Flows

A Limit Is Kept At Pilot And Plug
    [Documentation]    The decoded pilot and the current are no more than the limit, five seconds after its acceptance.
    [Tags]    row:4.3.2/AMI-33/CEMS-EV
    When The Vehicle's Current Is Limited
    Then Pilot And Current Keep To The Limit

A Limit Below Six Amperes Pauses
    [Documentation]    No duty cycle says less than 6 A.
    [Tags]    row:4.3.2/AMI-33/CEMS-EV
    When The Vehicle Is Limited To Less Than A Pilot Can Say
    Then It Pauses And Resumes

A Charger Does Without Its Controller
    [Documentation]    It keeps what it was told, or falls back as declared.
    [Tags]    row:4.3.2/AMI-33/CEMS-EV
    When The Controller Goes Silent
    Then The Charger Does Without It As Declared

The Session's Energy Is What Flowed
    [Documentation]    By the charger's meter and the power analyser.
    [Tags]    row:4.3.2/AMI-33/CEMS-EV
    When The Vehicle Charges For An Hour
    Then The Session's Energy Is Right

A Vehicle Feeds Back On Request
    [Documentation]    In the direction that was asked for, where it can.
    [Tags]    row:4.3.2/AMI-33/CEMS-EV
    When The Vehicle Is To Feed Back
    Then Power Has The Right Sign

The Profile That Prevails Is Kept
    [Documentation]    The highest stack level within a purpose, the lowest limit across purposes.
    [Tags]    row:4.3.2/AMI-33/CEMS-EV
    When Profiles Of Several Purposes And Levels Are Installed
    Then The Profile That Prevails Holds

The Gateway's Limit Is Kept At Pilot And Plug
    [Documentation]    As the energy management's, by a gateway that manages the charger itself (reading R7).
    [Tags]    row:4.3.2/AMI-33/ESI-EV/d1    derived
    When The Vehicle's Current Is Limited
    Then Pilot And Current Keep To The Limit
