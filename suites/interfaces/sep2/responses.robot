*** Settings ***
Documentation    IEEE 2030.5 at a client: what it answers to events, where, and when.
Metadata         Interface    AMI-31 AMI-43
Metadata         Link         cems/sep2:client inverter/sep2:client

Resource         ../../resources/bench.resource
Resource         ../../resources/sep2_responses.resource


*** Test Cases ***    # robocop: off=DOC02
SEP2_RESPONSE_P1 Responses Go Where The Event Says
    When An Event Names Another Address For Responses
    Then The Device Answers    1 2 3

SEP2_RESPONSE_P2 What Is Not Wanted Is Not Answered
    When Events Want No, Some And All Responses
    Then The Device Answers    A nothing; B 1; C 2 3; D 1 2 3

SEP2_RESPONSE_P3 Responses Bear The Time Of What They Tell
    When A Control Is Carried Out
    Then The Device Answers    when it was found, at its start, at its end

SEP2_RESPONSE_P4 Responses Are Those Of The Function Set
    When Events Of Every Function Set Are Offered
    Then The Device Answers    each by its own kind

SEP2_RESPONSE_P5 A Response That Is Not Taken Is Sent Again
    When The Server Does Not Take A Response At First
    Then The Device Answers    1 2 3
