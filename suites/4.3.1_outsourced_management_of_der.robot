*** Settings ***
Documentation    4.3.1 Outsourced management of generation and storage: an aggregator's control acts by the
...              utility's way or by its own.
Metadata         Process    4.3.1

Resource         resources/bench.resource
Resource         resources/managed_generation.resource
Resource         resources/services_by_signal.resource
Resource         resources/signals.resource
Resource         resources/storage.resource
Resource         resources/sub_meter.resource
Resource         resources/watched_ders.resource


*** Test Cases ***
The Headend's Signal Reaches The Home
    [Documentation]    By the gateway.
    [Tags]    row:4.3.1/AMI-27/HE-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Aggregator's Own Signal Reaches The Home
    [Documentation]    Past the utility.
    [Tags]    row:4.3.1/AMI-21/Aggr-ESI
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Energy Management System Follows The Gateway's Signal
    [Documentation]    The power analyser of the home sees the watts.
    [Tags]    row:4.3.1/AMI-31/ESI-CEMS
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged

The Aggregator's Order Is Carried Out By The Utility
    [Documentation]    From distribution management to the home's watts.
    [Tags]    row:4.3.1/AMI-23/Aggr-DMS
    When The Home's Generation Is Limited
    Then The Home Feeds In What The Limit Allows
    And The Home's Answers Come Back

An Aggregator Controls Its Own Sites Only
    [Documentation]    By the list of sites that customers have put in its hands.
    [Tags]    row:4.3.1/AMI-23/Aggr-DMS
    When An Aggregator Of Other Sites Limits The Home's Generation
    Then It Is Refused And Nothing Happens
    And The Home Feeds In What The Limit Allows

Distribution Management's Order Is Carried Out
    [Documentation]    From the headend to the home's watts.
    [Tags]    row:4.3.1/AMI-6/DMS-HE
    When The Home's Generation Is Limited
    Then The Home Feeds In What The Limit Allows
    And The Home's Answers Come Back

Either Path Does The Same
    [Documentation]    The aggregator's own server, and the utility's systems.
    [Tags]    row:4.3.1/AMI-21/Aggr-ESI
    When The Aggregator Limits Generation By Both Paths
    Then The Home Feeds In What The Limit Allows
    And Both Paths Act Alike

The Aggregator Has Reactive Power Injected By Its Own Path
    [Documentation]    By gateway and energy management, past the utility.
    [Tags]    row:4.3.1/AMI-21/Aggr-ESI
    When Fixed Reactive Power Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

The Aggregator Has Reactive Power Injected By The Utility
    [Documentation]    By distribution management, headend, gateway and energy management.
    [Tags]    row:4.3.1/AMI-23/Aggr-DMS
    When Fixed Reactive Power Is Called For Along The Chain
    Then The Inverter Gives The Service In Time
    And The Default Holds Before And After

The Utility Goes First
    [Documentation]    By the primacy of their programs, not by what came last.
    [Tags]    row:4.3.1/AMI-21/Aggr-ESI
    When The Utility And The Aggregator Contradict Each Other
    Then The Home Feeds In What The Limit Allows

The Aggregator Monitors A Customer's DER
    [Documentation]    By distribution management, headend, gateway and energy management.
    [Tags]    row:4.3.1/AMI-23/Aggr-DMS
    When The Customer's DER Are Watched At Work
    Then What Is Told Of Them Is True And Fresh

Distribution Management Monitors A Customer's DER
    [Documentation]    By headend, gateway and energy management.
    [Tags]    row:4.3.1/AMI-6/DMS-HE
    When The Customer's DER Are Watched At Work
    Then What Is Told Of Them Is True And Fresh

The Headend Monitors A Customer's DER
    [Documentation]    By gateway and energy management.
    [Tags]    row:4.3.1/AMI-27/HE-ESI
    When The Customer's DER Are Watched At Work
    Then What Is Told Of Them Is True And Fresh

The Aggregator Monitors A Customer's DER By Its Own Path
    [Documentation]    Past the utility.
    [Tags]    row:4.3.1/AMI-21/Aggr-ESI
    When The Customer's DER Are Watched At Work
    Then What Is Told Of Them Is True And Fresh

The Gateway Monitors A Customer's DER
    [Documentation]    By the energy management, from the inverters' registers.
    [Tags]    row:4.3.1/AMI-31/ESI-CEMS
    When The Customer's DER Are Watched At Work
    Then What Is Told Of Them Is True And Fresh

A Storage Changes Direction Smoothly
    [Documentation]    Through zero, and with no more than 5 % of overshoot.
    [Tags]    row:4.3.1/AMI-43/CEMS-DER
    When A Storage Goes From Discharging To Charging And Back
    Then Its Power Passes Through Zero Without Overshoot

A Storage Is Monitored
    [Documentation]    Its power, reactive power and state of charge, no older than t_evt.
    [Tags]    row:4.3.1/AMI-43/CEMS-DER
    When A Storage Is Watched At Work
    Then What It Tells Is True And Fresh

The Sub-Meter Shows What The Generator Feeds In
    [Documentation]    Over the serial line, against the power analyser.
    [Tags]    row:4.3.1/AMI-36/CEMS-SubMeter/d1    derived
    When The Sub-Meter Is Read An Hour Apart
    Then It Shows What Flows

The Path Past Distribution Management Carries A Signal By Itself
    [Documentation]    Where both are claimed (reading R5). That both act once is seen at the watts.
    [Tags]    row:4.3.1/AMI-21/Aggr-ESI/d1    derived
    When A Signal Is Given For A Time To Come
    Then It Is Followed From Start To End
    And It Is Acknowledged
