*** Settings ***
Documentation    OpenADR 2.0b at an office system that is a VTN: registration, distribution, messages that are wrong.
Metadata         Interface    AMI-21 AMI-27 AMI-29
Metadata         Link         office/openadr:server

Resource         ../../resources/bench.resource
Resource         ../../resources/openadr_ven_words.resource


*** Test Cases ***    # robocop: off=DOC02
OPENADR_VTN_P1 An Event Is Distributed Until It Is Answered
    When The Operator Gives A Signal And The VEN Answers The Second Poll
    Then The VTN Answers    active LOAD_CONTROL 0.4; active LOAD_CONTROL 0.4; nothing

OPENADR_VTN_P2 A Cancelled Event Is Distributed As Such
    When The Operator Takes The Signal Back
    Then The VTN Answers    cancelled LOAD_CONTROL 0.4

OPENADR_VTN_N1 Who Has Not Registered Is Asked To
    When The VEN Polls    before it has registered
    Then The VTN Answers    oadrRequestReregistration

OPENADR_VTN_N2 Who Was Not Enrolled Is Refused
    When The VEN Polls    with the certificate of a stranger
    Then The VTN Answers    463

OPENADR_VTN_N3 The venID Is That Of The Certificate
    When The VEN Polls    under another venID
    Then The VTN Answers    452

OPENADR_VTN_N4 A Message Without Signature Is Refused
    When The VEN Polls    unsigned
    Then The VTN Answers    463

OPENADR_VTN_N5 A Message Counts Once And Only While It Is Fresh
    When The VEN Polls    with a message that was sent before
    Then The VTN Answers    463
    When The VEN Polls    with a message that was signed long ago
    Then The VTN Answers    463

OPENADR_VTN_N6 An Answer To No Event Is Refused
    When The VEN Polls    and answers an event that nobody gave
    Then The VTN Answers    452

OPENADR_VTN_N7 What Cannot Be Read Is Refused
    When The VEN Polls    with a message that breaks off
    Then The VTN Answers    HTTP 400
