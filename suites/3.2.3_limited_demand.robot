*** Settings ***
Documentation    3.2.3 Limited demand: each tariff period has its own limit on the average demand of a window; the
...              customer is told at the window's end, and cut off if it goes on.
Metadata         Process    3.2.3

Resource         resources/bench.resource
Resource         resources/demand_limits.resource
Resource         resources/own_message.resource


*** Test Cases ***
The Average Of A Window Triggers Notice And Limiter
    [Documentation]    At the window's end, and the switch after the limiter's own duration.
    [Tags]    row:3.2.3/AMI-32/Meter-CEMS
    Given At Night The Customer May Draw 5000 W On Average
    When The Customer Draws 6000 W In A Whole Window
    Then The Customer Is Told At The End Of The Window
    And The Supply Goes Off A Minute After The Window

A Peak Within A Window Triggers Nothing
    [Documentation]    Twice the limit for a third of the window is below the limit on average.
    [Tags]    row:3.2.3/AMI-32/Meter-CEMS
    Given At Night The Customer May Draw 5000 W On Average
    When The Customer Draws 10000 W For A Third Of A Window
    Then Nothing Happens

Notices Have A Hysteresis
    [Documentation]    Above, just below, above again: one notice. Clearly below: cleared. Above: a new one.
    [Tags]    row:3.2.3/AMI-32/Meter-CEMS
    Given At Night The Demand Is Only Watched
    When The Customer Draws In Whole Windows    4400    5500    4900    5500    4000    5500
    Then Each Window Brings Its Notices    none    near+exceeded    none    none    cleared    near+exceeded

What Is Drawn And What May Be Is Shown
    [Documentation]    To the customer's system, with the limits of the tariff period.
    [Tags]    row:3.2.3/AMI-32/Meter-CEMS
    Given By Day The Customer May Draw 3000 W And At Night 8000 W
    When The Customer Draws 3000 W In A Night's Window
    Then The Status Shows What Is Drawn And What May Be

Each Tariff Period Has Its Own Limit
    [Documentation]    5 kW break the limit of the day, which begins at 06:00 UTC, and not that of the night.
    [Tags]    row:3.2.3/AMI-10/MDMS-HE
    Given By Day The Customer May Draw 3000 W And At Night 8000 W
    When The Customer Draws 5000 W Until    06:20
    Then The Limit Of The Day Applies From The Window That Ends At    06:15

After The Daylight-Saving Change The Right Period's Limit Applies
    [Documentation]    The day then begins at 05:00 UTC.
    [Tags]    row:3.2.3/AMI-10/MDMS-HE
    Given By Day The Customer May Draw 3000 W And At Night 8000 W
    And Daylight Saving Begins In Three Hours
    When The Customer Draws 5000 W Until    05:20
    Then The Limit Of The Day Applies From The Window That Ends At    05:15

After A Trip The Way Back Is That Of The Control Mode
    [Documentation]    State 2; modes 5 to 7 close by themselves after a window below the limit, the others wait.
    [Tags]    row:3.2.3/AMI-10/MDMS-HE
    Given At Night The Customer May Draw 5000 W On Average
    When The Demand Is Limited In Control Modes    4    5
    Then The Way Back Is That Of The Mode

The Crew's Tool Sets A Limit On Demand
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.2.3/AMI-39/Crew-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect

The Headend's Limits Reach The Meter
    [Documentation]    The order that no printed row carries to the meter (reading R12).
    [Tags]    row:3.2.3/AMI-28/HE-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect
