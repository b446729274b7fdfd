*** Settings ***
Documentation    4.2.3 Direct control of generation: a limit reaches the home and is acknowledged at every hop.
Metadata         Process    4.2.3

Resource         resources/appliances.resource
Resource         resources/bench.resource
Resource         resources/charger_signals.resource
Resource         resources/charging.resource
Resource         resources/command_validation.resource
Resource         resources/der_limits.resource
Resource         resources/managed_generation.resource
Resource         resources/signals.resource
Resource         resources/site_limits.resource


*** Test Cases ***
The Headend's Signal Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:4.2.3/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Load Management's Signal Reaches The Home
    [Documentation]    Past the headend.
    [Tags]    row:4.2.3/AMI-29/LMS-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management System Follows The Gateway's Signal
    [Documentation]    The power analyser of the home sees the watts.
    [Tags]    row:4.2.3/AMI-31/ESI-CEMS
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

A Vehicle Finds The Gateway's Signal
    [Documentation]    On the gateway's own server. What its charger does with it is the matter of the tests below.
    [Tags]    row:4.2.3/AMI-33/ESI-EV
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

A Vehicle Feeds Back At The Rate That Was Asked For
    [Documentation]    A charger that cannot feed back refuses to.
    [Tags]    row:4.2.3/AMI-33/ESI-EV
    When The Vehicle Is To Feed Back
    Then Power Has The Right Sign

A Charger's Schedule Runs Without The Controller
    [Documentation]    In and out, at its times, and to its end.
    [Tags]    row:4.2.3/AMI-33/ESI-EV
    When A Schedule Is Given To The Charger And The Controller Goes
    Then The Vehicle Follows The Limits In Time
    And It Charges Without A Limit Again

A Charger Without Its Controller Falls Back As Declared
    [Documentation]    Or keeps what it was told.
    [Tags]    row:4.2.3/AMI-33/ESI-EV
    When The Controller Goes Silent
    Then The Charger Does Without It As Declared

A Charger With A Communication Module Keeps To Levels
    [Documentation]    Over CTA-2045, as any appliance.
    [Tags]    row:4.2.3/AMI-33/ESI-EV
    When The Appliance Is Asked For Levels
    Then It Keeps To The Levels

A Charger Carries Out No Command That Must Stop
    [Documentation]    Where its PICS says that it validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.3/AMI-33/ESI-EV
    When Commands Come At The Charger That Must Stop
    Then None Of Them Is Carried Out

The Gateway Screens The Headend's Signals
    [Documentation]    Commands are validated by gateway or equipment, whatever the row's level (R17).
    [Tags]    row:4.2.3/AMI-27/HE-ESI
    When Signals Come That Nobody May Follow
    Then They Are Refused And Go No Further

The Gateway Screens Load Management's Signals
    [Documentation]    Commands are validated by gateway or equipment, whatever the row's level (R17).
    [Tags]    row:4.2.3/AMI-29/LMS-ESI
    When Signals Come That Nobody May Follow
    Then They Are Refused And Go No Further

The Energy Management System Screens Signals
    [Documentation]    Commands are validated by gateway or equipment, whatever the row's level (R17).
    [Tags]    row:4.2.3/AMI-31/ESI-CEMS
    When Signals Come That Nobody May Follow
    Then They Are Refused And Go No Further

Load Management's Limit Travels To The Watts
    [Documentation]    By headend, gateway and energy management; answers travel back.
    [Tags]    row:4.2.3/AMI-12/LMS-HE
    When The Home's Generation Is Limited
    Then The Home Feeds In What The Limit Allows
    And The Home's Answers Come Back

Load Management's Own Signal Goes To The Watts
    [Documentation]    Past the headend, through gateway and energy management.
    [Tags]    row:4.2.3/AMI-29/LMS-ESI
    When Load Management Gives A Signal Past The Headend
    Then The Home Follows Once

A Signal Of Load Management Goes All The Way To The Watts
    [Documentation]    Through headend, gateway and energy management, by either path and by both (reading R5).
    [Tags]    row:4.2.3/AMI-12/LMS-HE
    When Load Management Gives A Signal By Each Path
    Then The Home Follows Once
    And Its Answers Come Back Through All Hops

Load Management Limits What A Home Feeds In
    [Documentation]    An export limit, by headend, gateway and energy management.
    [Tags]    row:4.2.3/AMI-12/LMS-HE
    When What The Home Feeds In Is Limited
    Then The Home Feeds In No More And No Less Than It May

Load Management Limits What A Home Draws
    [Documentation]    An import limit, by headend, gateway and energy management.
    [Tags]    row:4.2.3/AMI-12/LMS-HE
    When What The Home Draws Is Limited
    Then The Home Draws No More And No Less Than It May

The Gateway Limits What A Home Feeds In
    [Documentation]    An export limit.
    [Tags]    row:4.2.3/AMI-31/ESI-CEMS
    When What The Home Feeds In Is Limited
    Then The Home Feeds In No More And No Less Than It May

The Gateway Limits What A Home Draws
    [Documentation]    An import limit.
    [Tags]    row:4.2.3/AMI-31/ESI-CEMS
    When What The Home Draws Is Limited
    Then The Home Draws No More And No Less Than It May

A DER Generates What The Limit Allows
    [Documentation]    Within the band of IEEE 1547.1, and 90 % of the step within the response time.
    [Tags]    row:4.2.3/AMI-43/CEMS-DER
    When The DER's Power Is Limited
    Then It Generates What The Limit Allows
    And It Gets There In Time

A Limit Of Active Power Leaves Reactive Power Alone
    [Documentation]    It is no limit of apparent power.
    [Tags]    row:4.2.3/AMI-43/CEMS-DER
    When The DER's Power Is Limited While It Supports The Voltage
    Then It Generates What The Limit Allows

A Limit Ends Without Its Controller
    [Documentation]    By the reversion timer.
    [Tags]    row:4.2.3/AMI-43/CEMS-DER
    When The DER's Power Is Limited For A Time
    Then It Generates What The Limit Allows
    And It Gives Up The Limit By Itself

What Is Out Of Range Is Refused
    [Documentation]    The equipment validates too, past the gateway (reading R17).
    [Tags]    row:4.2.3/AMI-43/CEMS-DER
    When The DER Is Asked For The Impossible
    Then It Refuses With A Reason

A Schedule Runs Without The Server
    [Documentation]    What is stored begins and ends at its times, and what holds by default holds again.
    [Tags]    row:4.2.3/AMI-31/ESI-CEMS
    When A Signal Is Given For A Time To Come And The Server Goes
    Then It Is Followed From Start To End

Commands That Must Stop Do So Between Headend And Gateway
    [Documentation]    The gateway validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.3/AMI-27/HE-ESI
    When Commands Come Of A Wrong Origin For Others Too Late Out Of Range And Again
    Then None Of Them Goes Further

Commands That Must Stop Do So Between Load Management And Gateway
    [Documentation]    The gateway validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.3/AMI-29/LMS-ESI
    When Commands Come Of A Wrong Origin For Others Too Late Out Of Range And Again
    Then None Of Them Goes Further

Commands That Must Stop Do So At A DER
    [Documentation]    Where its PICS says that it validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.3/AMI-43/CEMS-DER
    When Commands Come Of A Wrong Origin For Others Too Late Out Of Range And Again
    Then None Of Them Goes Further

Commands That Must Stop And Come Past The Gateway Do So At The Energy Management System
    [Documentation]    Where its PICS says that it validates commands, whatever the row's level (R17).
    [Tags]    row:4.2.3/AMI-31/ESI-CEMS
    When Commands Come Of A Wrong Origin For Others Too Late Out Of Range And Again
    Then None Of Them Goes Further

The Path Past The Headend Carries A Signal By Itself
    [Documentation]    Where both are claimed (reading R5). That both act once is seen at the watts.
    [Tags]    row:4.2.3/AMI-29/LMS-ESI/d1    derived
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged
