*** Settings ***
Documentation    4.2.1 Direct load control: a signal to reduce load reaches the home and is acknowledged at every hop.
Metadata         Process    4.2.1

Resource         resources/appliance_signals.resource
Resource         resources/appliances.resource
Resource         resources/bench.resource
Resource         resources/charger_load_control.resource
Resource         resources/charger_signals.resource
Resource         resources/charging.resource
Resource         resources/command_validation.resource
Resource         resources/signals.resource


*** Test Cases ***
The Headend's Signal Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:4.2.1/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Load Management's Signal Reaches The Home
    [Documentation]    Past the headend.
    [Tags]    row:4.2.1/AMI-29/LMS-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management System Follows The Gateway's Signal
    [Documentation]    The power analyser of the home sees the watts.
    [Tags]    row:4.2.1/AMI-31/ESI-CEMS
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management Lowers Its Vehicle's Charging Too
    [Documentation]    A control that names vehicles beside loads, at the charger's own analyser.
    [Tags]    row:4.2.1/AMI-31/ESI-CEMS
    When Loads And Vehicle Are To Draw Less
    Then Vehicle And Loads Follow

A Vehicle Finds The Gateway's Signal
    [Documentation]    On the gateway's own server. What its charger does with it is the matter of the tests below.
    [Tags]    row:4.2.1/AMI-33/ESI-EV
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

A Charger Keeps To The Rate That The Gateway Asks For
    [Documentation]    Pilot and current, five seconds after the charger has accepted it.
    [Tags]    row:4.2.1/AMI-33/ESI-EV
    When The Vehicle's Current Is Limited
    Then Pilot And Current Keep To The Limit

A Vehicle's Charging Cycles
    [Documentation]    By the charger's own schedule where the link has that, else by the gateway's limits.
    [Tags]    row:4.2.1/AMI-33/ESI-EV
    When The Vehicle's Charging Cycles For A Time
    Then The Vehicle Follows The Limits In Time
    And It Charges Without A Limit Again

A Charger Without A Vehicle Has Nothing To Shed
    [Documentation]    Only available load counts, and whoever comes is limited.
    [Tags]    row:4.2.1/AMI-33/ESI-EV
    When A Charger Without A Vehicle Is Limited
    Then It Had Nothing To Shed
    And A Vehicle That Comes Keeps To The Limit

The Gateway Hears That A Driver Opts Out
    [Documentation]    As far as he is allowed to, by priority charging (OCPP 2.1).
    [Tags]    row:4.2.1/AMI-33/ESI-EV
    When The Driver Goes Before The Limit
    Then The Driver's Choice Is Told

A Charger With A Communication Module Cycles
    [Documentation]    Over CTA-2045, as any appliance.
    [Tags]    row:4.2.1/AMI-33/ESI-EV
    When The Appliance Is Cycled For A Time
    Then Its Power Follows The Duty Pattern
    And It Runs Without A Pause After The End

The Gateway Hears Of An Opt Out From A Charger's Communication Module
    [Documentation]    A customer may leave an event.
    [Tags]    row:4.2.1/AMI-33/ESI-EV
    When The Customer Opts Out
    Then The Opt Out Is Reported

A Charger Carries Out No Command That Must Stop
    [Documentation]    Where its PICS says that it validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.1/AMI-33/ESI-EV
    When Commands Come At The Charger That Must Stop
    Then None Of Them Is Carried Out

The Gateway Screens The Headend's Signals
    [Documentation]    Commands are validated by gateway or equipment, whatever the row's level (R17).
    [Tags]    row:4.2.1/AMI-27/HE-ESI
    When Signals Come That Nobody May Follow
    Then They Are Refused And Go No Further

The Gateway Screens Load Management's Signals
    [Documentation]    Commands are validated by gateway or equipment, whatever the row's level (R17).
    [Tags]    row:4.2.1/AMI-29/LMS-ESI
    When Signals Come That Nobody May Follow
    Then They Are Refused And Go No Further

The Energy Management System Screens Signals
    [Documentation]    Commands are validated by gateway or equipment, whatever the row's level (R17).
    [Tags]    row:4.2.1/AMI-31/ESI-CEMS
    When Signals Come That Nobody May Follow
    Then They Are Refused And Go No Further

Load Management's Own Signal Goes To The Watts
    [Documentation]    Past the headend, through gateway and energy management.
    [Tags]    row:4.2.1/AMI-29/LMS-ESI
    When Load Management Gives A Signal Past The Headend
    Then The Home Follows Once

A Signal Of Load Management Goes All The Way To The Watts
    [Documentation]    Through headend, gateway and energy management, by either path and by both (reading R5).
    [Tags]    row:4.2.1/AMI-12/LMS-HE
    When Load Management Gives A Signal By Each Path
    Then The Home Follows Once
    And Its Answers Come Back Through All Hops

The Gateway Cycles An Appliance
    [Documentation]    The power analyser sees the duty pattern, and its end with the event.
    [Tags]    row:4.2.1/AMI-34/ESI-Appl
    When The Appliance Is Cycled For A Time
    Then Its Power Follows The Duty Pattern
    And It Runs Without A Pause After The End

The Energy Management Cycles An Appliance
    [Documentation]    The power analyser sees the duty pattern, and its end with the event.
    [Tags]    row:4.2.1/AMI-35/CEMS-Appl
    When The Appliance Is Cycled For A Time
    Then Its Power Follows The Duty Pattern
    And It Runs Without A Pause After The End

The Gateway Is Acknowledged By An Appliance
    [Documentation]    By the appliance, and by its power.
    [Tags]    row:4.2.1/AMI-34/ESI-Appl
    When The Appliance Is Commanded And Released
    Then It Acknowledges And Acts In Time
    And What It Says Of Itself Is True
    And It Comes Back When It Is Released

The Energy Management Is Acknowledged By An Appliance
    [Documentation]    By the appliance, and by its power.
    [Tags]    row:4.2.1/AMI-35/CEMS-Appl
    When The Appliance Is Commanded And Released
    Then It Acknowledges And Acts In Time
    And What It Says Of Itself Is True
    And It Comes Back When It Is Released

The Gateway Hears Of An Opt Out
    [Documentation]    A customer may leave an event.
    [Tags]    row:4.2.1/AMI-34/ESI-Appl
    When The Customer Opts Out
    Then The Opt Out Is Reported

The Energy Management Hears Of An Opt Out
    [Documentation]    A customer may leave an event.
    [Tags]    row:4.2.1/AMI-35/CEMS-Appl
    When The Customer Opts Out
    Then The Opt Out Is Reported

The Gateway Finds Nothing To Shed At An Appliance That Is Off
    [Documentation]    Only available load counts.
    [Tags]    row:4.2.1/AMI-34/ESI-Appl
    When The Appliance Is Commanded While It Is Off
    Then It Has Nothing To Shed

The Energy Management Finds Nothing To Shed At An Appliance That Is Off
    [Documentation]    Only available load counts.
    [Tags]    row:4.2.1/AMI-35/CEMS-Appl
    When The Appliance Is Commanded While It Is Off
    Then It Has Nothing To Shed

The Energy Management Limits An Appliance's Power
    [Documentation]    By level and percentage.
    [Tags]    row:4.2.1/AMI-35/CEMS-Appl
    When The Appliance Is Asked For Levels
    Then It Keeps To The Levels

The Energy Management Has An Appliance Store Before It Sheds
    [Documentation]    Heat or cold stored ahead.
    [Tags]    row:4.2.1/AMI-35/CEMS-Appl
    When The Appliance Is To Store First
    Then It Stores And Sheds

The Energy Management Names Others And An Appliance Stays As It Is
    [Documentation]    Who is not on the list does not act.
    [Tags]    row:4.2.1/AMI-35/CEMS-Appl
    When Orders Come That Name Others
    Then Nothing Is Carried Out

A Water Heater Follows Load Management
    [Documentation]    Through headend, gateway and energy management, by either path and by both (reading R5).
    [Tags]    row:4.2.1/AMI-35/CEMS-Appl
    When Load Management Asks A Water Heater For Half Of Its Power
    Then It Keeps To That Level Once
    And Load Management Knows

A Pool Pump Cycles For Load Management
    [Documentation]    Through headend and gateway to the pump's own module.
    [Tags]    row:4.2.1/AMI-34/ESI-Appl
    When Load Management Has A Pool Pump Cycle
    Then It Cycles Until The End
    And Load Management Knows

Devices On The List Act And No Others
    [Documentation]    One signal for many: devices by category, homes by name.
    [Tags]    row:4.2.1/AMI-12/LMS-HE
    When A Signal Names Some Devices In Some Homes
    Then Only Those Act And The Silent Are Reported

Load That Is Off Does Not Count
    [Documentation]    Load management counts only what was there to be shed.
    [Tags]    row:4.2.1/AMI-12/LMS-HE
    When Load Is Shed While A Water Heater Is Off
    Then Only The Load That Was There Counts

An Opt Out Reaches Load Management
    [Documentation]    The customer's word goes all the way back.
    [Tags]    row:4.2.1/AMI-35/CEMS-Appl
    When A Customer Opts Out Of A Signal
    Then Load Management Hears Of It

Load Management Has Heat Stored Ahead
    [Documentation]    More first, less then.
    [Tags]    row:4.2.1/AMI-35/CEMS-Appl
    When A Water Heater Is To Store Before It Sheds
    Then It Stores First And Sheds Then

Commands That Must Stop Do So Between Headend And Gateway
    [Documentation]    The gateway validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.1/AMI-27/HE-ESI
    When Commands Come Of A Wrong Origin For Others Too Late Out Of Range And Again
    Then None Of Them Goes Further

Commands That Must Stop Do So Between Load Management And Gateway
    [Documentation]    The gateway validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.1/AMI-29/LMS-ESI
    When Commands Come Of A Wrong Origin For Others Too Late Out Of Range And Again
    Then None Of Them Goes Further

Commands That Must Stop And Come Past The Gateway Do So At The Energy Management System
    [Documentation]    Where its PICS says that it validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.1/AMI-31/ESI-CEMS
    When Commands Come Of A Wrong Origin For Others Too Late Out Of Range And Again
    Then None Of Them Goes Further

The Path Past The Headend Carries A Signal By Itself
    [Documentation]    Where both are claimed (reading R5). That both act once is seen at the watts.
    [Tags]    row:4.2.1/AMI-29/LMS-ESI/d1    derived
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged
