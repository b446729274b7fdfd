*** Settings ***
Documentation    IEEE 2030.5 at a client: discovery, time, registration, assignments, messages, TLS.
Metadata         Interface    AMI-21 AMI-27 AMI-29 AMI-31
Metadata         Link         gateway/sep2:client cems/sep2:client inverter/sep2:client

Resource         ../../resources/bench.resource
Resource         ../../resources/sep2_words.resource


*** Test Cases ***    # robocop: off=DOC02
SEP2_DISCOVERY_P1 Resources Are Found By The Links Of The Server
    When The Device Finds A Server    with addresses of its own
    Then The Device    follows

SEP2_DISCOVERY_P2 A List Is Read To Its Last Page
    When The Device Finds A Server    whose pages have one member
    Then The Device    follows

SEP2_POLL_P1 A Device Polls As Often As The Server States
    When The Server States A Poll Rate Of    20
    Then The Device    asks every 20 s
    When The Server States A Poll Rate Of    120
    Then The Device    asks every 120 s

SEP2_POLL_P2 A Device Polls By The Default Where No Rate Is Stated
    When The Server States No Poll Rate
    Then The Device    asks every 900 s

SEP2_TIME_P1 A Device Goes By The Time Of The Server
    When The Server's Clock Is Ahead
    Then The Device    goes by it

SEP2_EDEV_P1 A Device Finds Its Entry By Its LFDI
    When The Device Finds A Server    that lists another device of the same SFDI first
    Then The Device    follows

SEP2_EDEV_N1 A Server That Does Not List The Device Is Not Followed
    When The Device Finds A Server    that does not list it
    Then The Device    follows

SEP2_REGISTRATION_N1 A Server With Another PIN Is Not Followed
    When The Device Finds A Server    with another PIN for it
    Then The Device    follows

SEP2_REGISTRATION_N2 A Server That Has No Registration Is Not Followed
    When The Device Finds A Server    without a link to its registration
    Then The Device    follows

SEP2_FSA_P1 A Device Takes The Programs That It Is Assigned To
    When The Device Finds A Server    that has programs of others, too
    Then The Device    follows

SEP2_FSA_P2 A Device Takes Programs That It Is Assigned To Later
    When The Device Is Assigned To Another Program
    Then The Device    follows

SEP2_MESSAGE_P1 Elements And Attributes That Are Not Known Are Skipped
    When The Device Finds A Server    of a later edition
    Then The Device    follows

SEP2_MESSAGE_P2 A Media Type May Have Parameters
    When The Device Finds A Server    that states parameters of its media type
    Then The Device    follows

SEP2_MESSAGE_N1 Documents Of Another Namespace Are Not Followed
    When The Device Finds A Server    of another namespace
    Then The Device    follows

SEP2_MESSAGE_N2 Documents That Break Off Are Not Followed
    When The Device Finds A Server    whose lists break off
    Then The Device    follows

SEP2_MESSAGE_N3 Documents Of Another Media Type Are Not Followed
    When The Device Finds A Server    of another media type
    Then The Device    follows

SEP2_TLS_P1 A Device Offers The Mandatory Cipher Suite
    When The Device Finds A Server    that has the mandatory cipher suite only
    Then The Device    follows

SEP2_TLS_N1 A Server With An Older TLS Is Not Followed
    When The Device Finds A Server    with TLS 1.1
    Then The Device    follows

SEP2_TLS_N2 A Server That Encrypts Nothing Is Not Followed
    When The Device Finds A Server    that encrypts nothing
    Then The Device    follows

SEP2_TLS_N3 A Certificate Under Another Authority Is Refused
    When The Device Finds A Server    under another authority
    Then The Device    follows

SEP2_TLS_N4 A Certificate Of Another Server Is Refused
    When The Device Finds A Server    with the certificate of another
    Then The Device    follows
