*** Settings ***
Documentation    OpenADR 2.0b at a gateway: registration, events and their answers, payloads that are wrong.
Metadata         Interface    AMI-21 AMI-27 AMI-29
Metadata         Link         gateway/openadr:client

Resource         ../../resources/bench.resource
Resource         ../../resources/openadr_words.resource


*** Test Cases ***    # robocop: off=DOC02
OPENADR_REGISTER_P1 A VEN Asks, Registers And Polls
    When The VEN Finds The VTN
    Then The VEN Answers    oadrQueryRegistration; oadrCreatePartyRegistration; oadrPoll
    ...    oadrQueryRegistration; oadrCreatePartyRegistration; oadrRegisterReport; oadrPoll

OPENADR_REGISTER_P2 A VEN Registers Again When It Is Asked To
    When The VTN Asks For A New Registration
    Then The VEN Answers    oadrCreatePartyRegistration

OPENADR_REGISTER_P3 A VEN Polls As Often As The VTN Asks
    When The VTN Asks To Be Polled Every    20
    Then The VEN Answers    20 s

OPENADR_EVENT_P1 An Event Is Accepted And Followed
    When The VTN Distributes    an event
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s

OPENADR_EVENT_P2 A Modified Event Takes The Place Of The First
    When The VTN Distributes    an event    a modified event
    Then The VEN Answers    200 optIn; price 0.35 for 3600 s

OPENADR_EVENT_P3 A Cancelled Event Is Over And Answered
    When The VTN Distributes    an event    a cancelled event
    Then The VEN Answers    200 optIn; nothing at home

OPENADR_EVENT_P4 An Event That Is Not Distributed Any More Is Over
    When The VTN Distributes    an event    nothing
    Then The VEN Answers    nothing; nothing at home

OPENADR_EVENT_P5 A Test Event Is Accepted And Does Nothing
    When The VTN Distributes    a test event
    Then The VEN Answers    200 optIn; nothing at home

OPENADR_EVENT_P6 An Event Is Not Answered Where No Answer Is Asked For
    When The VTN Distributes    an event without answer
    Then The VEN Answers    nothing; price 0.25 for 3600 s

OPENADR_EVENT_P7 A Random Start Goes On To The Home
    When The VTN Distributes    an event that may begin later
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s, up to 300 s later

OPENADR_EVENT_P8 Each Interval Holds For Its Time
    When The VTN Distributes    two prices
    Then The VEN Answers    200 optIn; price 0.25 for 1800 s, price 0.5 for 1800 s

OPENADR_EVENT_P9 An Event Without End Goes On
    When The VTN Distributes    an event without end
    Then The VEN Answers    200 optIn; price 0.25 for 86400 s

OPENADR_EVENT_P10 An Event For The Group Or Resource Of A VEN Is Followed
    When The VTN Distributes    an event for its group
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s
    When The VTN Distributes    an event for its resource
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s

OPENADR_EVENT_N1 An Event For Another VEN, Group Or Resource Is Refused
    When The VTN Distributes    an event for another VEN
    Then The VEN Answers    462 optOut; nothing at home
    When The VTN Distributes    an event for another group
    Then The VEN Answers    462 optOut; nothing at home
    When The VTN Distributes    an event for another resource
    Then The VEN Answers    462 optOut; nothing at home

OPENADR_EVENT_N2 What Changes Without A New Number Is Refused
    When The VTN Distributes    an event    a changed event of the same number
    Then The VEN Answers    450 optOut; price 0.25 for 3600 s

OPENADR_EVENT_N3 An Older Modification Is Refused
    When The VTN Distributes    an event    a modified event    an older modification
    Then The VEN Answers    450 optOut; price 0.35 for 3600 s

OPENADR_EVENT_N4 An Expired Event Is Refused
    When The VTN Distributes    an expired event
    Then The VEN Answers    450 optOut; nothing at home

OPENADR_SIGNAL_P1 Levels Of Load Control Are Followed
    When The VTN Distributes    a level of load control
    Then The VEN Answers    200 optIn; loads at 50% for 3600 s
    When The VTN Distributes    the highest level
    Then The VEN Answers    200 optIn; loads off for 3600 s

OPENADR_SIGNAL_P2 A Share Of The Load Is Followed
    When The VTN Distributes    a share of the load
    Then The VEN Answers    200 optIn; loads at 40% for 3600 s

OPENADR_SIGNAL_P3 A Set Point Is Taken With Its Unit
    When The VTN Distributes    a set point for generation
    Then The VEN Answers    200 optIn; generation at 50% for 3600 s

OPENADR_SIGNAL_P4 A Price Is Taken With Its Unit
    When The VTN Distributes    a price in thousandths
    Then The VEN Answers    200 optIn; price 0.255 for 3600 s

OPENADR_SIGNAL_N1 A Level That Is None Is Refused
    When The VTN Distributes    a level that is none
    Then The VEN Answers    454 optOut; nothing at home

OPENADR_SIGNAL_N2 A Signal That The VEN Does Not Know Is Refused
    When The VTN Distributes    an unknown signal
    Then The VEN Answers    460 optOut; nothing at home

OPENADR_SIGNAL_N3 A Signal For Devices That Are Not There Is Refused
    When The VTN Distributes    a share for heaters
    Then The VEN Answers    462 optOut; nothing at home

OPENADR_OPT_P1 A Customer Who Opts Out Later Is Reported
    When The Customer Opts Out Of An Event
    Then The VEN Answers    oadrCreateOpt optOut

OPENADR_REPORT_P1 Telemetry Comes As Often As The VTN Asks
    When The VTN Asks For A Report Every    60
    Then The VEN Answers    W every 60 s    W, var every 60 s    SoC, W, var every 60 s

OPENADR_REPORT_P2 A Cancelled Report Comes No More
    When The VTN Asks For A Report And Cancels It
    Then The VEN Answers    nothing

OPENADR_MESSAGE_N1 A Payload Without Signature Is Not Followed
    When The VTN Distributes An Event    unsigned
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s

OPENADR_MESSAGE_N2 An Altered Payload Is Not Followed
    When The VTN Distributes An Event    altered after it was signed
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s

OPENADR_MESSAGE_N3 A Payload That Was Signed Long Ago Is Not Followed
    When The VTN Distributes An Event    signed long ago
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s

OPENADR_MESSAGE_N4 A Payload That Breaks Off Is Not Followed
    When The VTN Distributes An Event    broken off
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s

OPENADR_MESSAGE_N5 A Payload That Is Too Long Is Not Followed
    When The VTN Distributes An Event    too long
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s

OPENADR_MESSAGE_N6 A Payload Of Another Schema Is Not Followed
    When The VTN Distributes An Event    of another schema
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s

OPENADR_MESSAGE_N7 Entities Are Not Followed
    When The VTN Distributes An Event    with an external entity
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s
    When The VTN Distributes An Event    with entities that multiply
    Then The VEN Answers    200 optIn; price 0.25 for 3600 s
