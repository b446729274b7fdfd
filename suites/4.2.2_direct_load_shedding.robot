*** Settings ***
Documentation    4.2.2 Direct load shedding: all controllable loads go off at once.
Metadata         Process    4.2.2

Resource         resources/appliances.resource
Resource         resources/bench.resource
Resource         resources/building_scram.resource
Resource         resources/charger_load_control.resource
Resource         resources/charger_signals.resource
Resource         resources/command_validation.resource
Resource         resources/home_scram.resource
Resource         resources/remote_switch.resource
Resource         resources/signals.resource
Resource         resources/switch_orders.resource


*** Test Cases ***
The Headend's Signal Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:4.2.2/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Load Management's Signal Reaches The Home
    [Documentation]    Past the headend.
    [Tags]    row:4.2.2/AMI-29/LMS-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management System Follows The Gateway's Signal
    [Documentation]    The power analyser of the home sees the watts.
    [Tags]    row:4.2.2/AMI-31/ESI-CEMS
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management Sheds Its Vehicle's Charging Too
    [Documentation]    A scram that names vehicles beside loads, at the charger's own analyser.
    [Tags]    row:4.2.2/AMI-31/ESI-CEMS
    When Loads And Vehicle Are Turned Off
    Then Vehicle And Loads Follow

A Vehicle Finds The Gateway's Signal
    [Documentation]    On the gateway's own server. What its charger does with it is the matter of the tests below.
    [Tags]    row:4.2.2/AMI-33/ESI-EV
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

A Charger Stops At Once
    [Documentation]    Until it is released, whatever vehicle comes.
    [Tags]    row:4.2.2/AMI-33/ESI-EV
    When The Charger Is Stopped And Released
    Then It Stops In Time And Stays So
    And The Vehicle Charges Again

A Charger Stops Whatever Its Driver Chose
    [Documentation]    A scram goes before opt-outs and running events.
    [Tags]    row:4.2.2/AMI-33/ESI-EV
    When The Charger Is Stopped While Its Driver Goes First
    Then It Stops In Time And Stays So
    And The Vehicle Charges Again

A Charger With A Communication Module Stops Whatever Its Customer Chose
    [Documentation]    Over CTA-2045, as any appliance.
    [Tags]    row:4.2.2/AMI-33/ESI-EV
    When The Appliance Is Commanded While Its Customer Overrides A Running Event
    Then It Acknowledges And Acts In Time
    And It Comes Back When It Is Released

A Charger Carries Out No Command That Must Stop
    [Documentation]    Where its PICS says that it validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.2/AMI-33/ESI-EV
    When Commands Come At The Charger That Must Stop
    Then None Of Them Is Carried Out

The Gateway Screens The Headend's Signals
    [Documentation]    Commands are validated by gateway or equipment, whatever the row's level (R17).
    [Tags]    row:4.2.2/AMI-27/HE-ESI
    When Signals Come That Nobody May Follow
    Then They Are Refused And Go No Further

The Gateway Screens Load Management's Signals
    [Documentation]    Commands are validated by gateway or equipment, whatever the row's level (R17).
    [Tags]    row:4.2.2/AMI-29/LMS-ESI
    When Signals Come That Nobody May Follow
    Then They Are Refused And Go No Further

The Energy Management System Screens Signals
    [Documentation]    Commands are validated by gateway or equipment, whatever the row's level (R17).
    [Tags]    row:4.2.2/AMI-31/ESI-CEMS
    When Signals Come That Nobody May Follow
    Then They Are Refused And Go No Further

A Scram Does Not Wait For Bulk Work At The Gateway
    [Documentation]    Hundreds of other signals are read at the same poll.
    [Tags]    row:4.2.2/AMI-27/HE-ESI
    When A Signal Comes While Hundreds Wait To Be Read
    Then It Is Followed At Once

A Scram Does Not Wait For Bulk Work At The Energy Management System
    [Documentation]    Hundreds of other signals are read at the same poll.
    [Tags]    row:4.2.2/AMI-31/ESI-CEMS
    When A Signal Comes While Hundreds Wait To Be Read
    Then It Is Followed At Once

Load Management's Own Signal Goes To The Watts
    [Documentation]    Past the headend, through gateway and energy management.
    [Tags]    row:4.2.2/AMI-29/LMS-ESI
    When Load Management Gives A Signal Past The Headend
    Then The Home Follows Once

A Signal Of Load Management Goes All The Way To The Watts
    [Documentation]    Through headend, gateway and energy management, by either path and by both (reading R5).
    [Tags]    row:4.2.2/AMI-12/LMS-HE
    When Load Management Gives A Signal By Each Path
    Then The Home Follows Once
    And Its Answers Come Back Through All Hops

The Gateway Turns An Appliance Off
    [Documentation]    And lets it come back.
    [Tags]    row:4.2.2/AMI-34/ESI-Appl
    When The Appliance Is Commanded And Released
    Then It Acknowledges And Acts In Time
    And It Comes Back When It Is Released

The Energy Management Turns An Appliance Off
    [Documentation]    And lets it come back.
    [Tags]    row:4.2.2/AMI-35/CEMS-Appl
    When The Appliance Is Commanded And Released
    Then It Acknowledges And Acts In Time
    And It Comes Back When It Is Released

The Gateway Turns An Appliance Off Whatever Its Customer Chose
    [Documentation]    A scram goes before overrides and running events, and holds until its release.
    [Tags]    row:4.2.2/AMI-34/ESI-Appl
    When The Appliance Is Commanded While Its Customer Overrides A Running Event
    Then It Acknowledges And Acts In Time
    And It Comes Back When It Is Released

The Energy Management Turns An Appliance Off Whatever Its Customer Chose
    [Documentation]    A scram goes before overrides and running events, and holds until its release.
    [Tags]    row:4.2.2/AMI-35/CEMS-Appl
    When The Appliance Is Commanded While Its Customer Overrides A Running Event
    Then It Acknowledges And Acts In Time
    And It Comes Back When It Is Released

A Scram Reaches Fifty Appliances While The Links Are Flooded
    [Documentation]    From load management through headend, gateway and energy management.
    [Tags]    row:4.2.2/AMI-12/LMS-HE
    When A Building Is Scrammed While The Links Are Flooded
    Then Every Appliance Is Off In Time

A Scram Of Load Management Turns Off The Whole Home
    [Documentation]    By either path and by both (reading R5), until it is released.
    [Tags]    row:4.2.2/AMI-12/LMS-HE
    When Load Management Turns Off All That It May
    Then All Is Off Until The Release
    And The Meter's Own Switch Stays Closed
    And Load Management Knows Of It

Commands That Must Stop Do So Between Headend And Gateway
    [Documentation]    The gateway validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.2/AMI-27/HE-ESI
    When Commands Come Of A Wrong Origin For Others Too Late Out Of Range And Again
    Then None Of Them Goes Further

Commands That Must Stop Do So Between Load Management And Gateway
    [Documentation]    The gateway validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.2/AMI-29/LMS-ESI
    When Commands Come Of A Wrong Origin For Others Too Late Out Of Range And Again
    Then None Of Them Goes Further

Commands That Must Stop And Come Past The Gateway Do So At The Energy Management System
    [Documentation]    Where its PICS says that it validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.2/AMI-31/ESI-CEMS
    When Commands Come Of A Wrong Origin For Others Too Late Out Of Range And Again
    Then None Of Them Goes Further

The Path Past The Headend Carries A Signal By Itself
    [Documentation]    Where both are claimed (reading R5). That both act once is seen at the watts.
    [Tags]    row:4.2.2/AMI-29/LMS-ESI/d1    derived
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Scram Opens The Meter's Own Switch
    [Documentation]    By the headend, at once (reading R12).
    [Tags]    row:4.2.2/AMI-28/HE-Meter/d1    derived
    Given The Customer Draws 1000 W
    When The Headend Reads Disconnects And Reads Again
    Then No Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower

The Crew's Tool Opens The Meter's Own Switch
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:4.2.2/AMI-39/Crew-Meter/d1    derived
    Given The Customer Draws 1000 W
    When The Headend Reads Disconnects And Reads Again
    Then No Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower
