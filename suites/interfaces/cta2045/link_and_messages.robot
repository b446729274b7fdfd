*** Settings ***
Documentation    CTA-2045: frames and their acknowledgments, basic and intermediate messages.
Metadata         Interface    AMI-34 AMI-35
Metadata         Link    han_device/cta2045

Resource         ../../resources/bench.resource
Resource         ../../resources/cta2045_frames.resource


*** Test Cases ***    # robocop: off=DOC02
CTA2045_LINK_P1 A Frame Is Acknowledged Within 200 ms
    When The Module Sends And Waits For The Acknowledgment Only    state query
    Then The Appliance Answers    ACK    ACK; state response

CTA2045_LINK_N1 A Wrong Checksum Is Refused By Its Code
    When The Module Sends    state query    with a wrong checksum
    Then The Appliance Answers    NAK 3

CTA2045_LINK_N2 An Unknown Message Type Is Refused
    When The Module Sends    a message of an unknown type
    Then The Appliance Answers    NAK 6

CTA2045_LINK_N3 A Length Beyond The Largest Is Refused
    When The Module Sends    state query    with a length beyond the largest
    Then The Appliance Answers    NAK 2

CTA2045_LINK_N4 A Frame That Breaks Off Is Refused
    When The Module Sends    state query    broken off
    Then The Appliance Answers    NAK 5

CTA2045_LINK_P2 An Answer That Nobody Acknowledges Is Sent Three Times
    When The Module Sends And Does Not Acknowledge    state query
    Then The Appliance Answers    ACK; state response; state response; state response

CTA2045_BASIC_P1 An Event Lasts As Long As Its Byte Says
    When The Module Sends    shed for 200 s
    Then The Appliance Answers    ACK; application ack
    And The Appliance Is Curtailed
    When The Event Is Over After    200
    Then The Appliance Runs As Usual

CTA2045_BASIC_N1 An Unknown Command Is Refused
    When The Module Sends    an unknown command
    Then The Appliance Answers    ACK; application nak 1

CTA2045_BASIC_P2 An Opt Out Is Told Unasked
    When The Customer Opts Out And The Module Listens
    Then The Appliance Answers    customer override 1

CTA2045_BASIC_P3 A Relative Price Counts By Its Rule
    When The Module Tells A Relative Price    below the limit
    Then The Appliance Answers    ACK; application ack
    And The Appliance Runs As Usual
    When The Module Tells A Relative Price    above the limit
    Then The Appliance Answers    ACK; application ack
    And The Appliance Is Curtailed

CTA2045_BASIC_P4 The Next Price Begins When The Present One Is Over
    Given The Module Tells A Relative Price    below the limit
    When The Module Tells The Next Relative Price    above the limit    200
    Then The Appliance Answers    ACK; application ack
    And The Appliance Runs As Usual
    When The Present Price Is Over After    200
    Then The Appliance Is Curtailed

CTA2045_BASIC_P5 Sleep And Wake Are Told Unasked
    When The Customer Switches The Appliance    off
    Then The Appliance Answers    sleep
    When The Customer Switches The Appliance    on
    Then The Appliance Answers    wake

CTA2045_BASIC_N2 An Hour That There Is Not Is Refused
    When The Module Tells An Hour That There Is Not
    Then The Appliance Answers    ACK; application nak 2

CTA2045_INTERMEDIATE_P1 A Reply Bears The Opcodes Of Replies
    When The Module Sends    device information
    Then The Appliance Answers    ACK; 0181 code 0

CTA2045_INTERMEDIATE_P2 The Time Is Kept As It Was Set
    When The Module Sets The Time And Asks For It
    Then The Appliance Tells That Time

CTA2045_DATALINK_P1 The Largest Payload Is That Which Is Declared
    When The Module Sends    maximum payload query
    Then The Appliance Answers    ACK; maximum payload 128
