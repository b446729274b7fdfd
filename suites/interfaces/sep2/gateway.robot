*** Settings ***
Documentation    IEEE 2030.5 at a gateway: what goes on to the home, and what comes back from it.
Metadata         Interface    AMI-27 AMI-29 AMI-31
Metadata         Link         gateway/sep2:client

Resource         ../../resources/bench.resource
Resource         ../../resources/sep2_gateway.resource


*** Test Cases ***    # robocop: off=DOC02
SEP2_GATEWAY_P1 What A Customer Says Goes To The Utility
    When A Customer Opts Out Of An Event
    Then The Gateway Tells    4

SEP2_GATEWAY_P2 An Event Goes Through Its States
    When The Utility Offers An Event For A Time To Come
    Then The Gateway Tells    scheduled, active, not there

SEP2_GATEWAY_P3 Random Parts Go On To The Home
    When The Utility Offers An Event With Random Parts
    Then The Gateway Tells    60 s, -30 s
