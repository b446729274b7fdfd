*** Settings ***
Documentation    IEEE 2030.5 at a gateway's own server: what it shows, whom it lets in, what it refuses.
Metadata         Interface    AMI-31
Metadata         Link         gateway/sep2:server

Resource         ../../resources/bench.resource
Resource         ../../resources/sep2_server_words.resource


*** Test Cases ***    # robocop: off=DOC02
SEP2_SERVER_P1 The Device Capability Links To What Is There
    When A Device Of The Home Asks For    all that the server links to
    Then The Server Answers    each is where its link says

SEP2_SERVER_P2 The Time Is Right
    When A Device Of The Home Asks For    the time
    Then The Server Answers    now

SEP2_SERVER_P3 A Device Finds Itself In The List
    When A Device Of The Home Asks For    its own entry
    Then The Server Answers    LFDI of its certificate, SFDI of its certificate

SEP2_SERVER_P4 A List Is Shown In Pages
    When A Device Of The Home Asks For    pages of its log
    Then The Server Answers    3 2, 1, 3, nothing, nothing

SEP2_SERVER_P5 Documents Have The Media Type
    When A Device Of The Home Asks For    a document
    Then The Server Answers    application/sep+xml

SEP2_SERVER_N1 A Device That Is Not Registered Is Refused
    When Somebody Asks    with the certificate of a stranger
    Then The Server Answers    403    404    refused

SEP2_SERVER_N2 An Older TLS Is Refused
    When Somebody Asks    with TLS 1.1
    Then The Server Answers    refused

SEP2_SERVER_N3 Who Shows No Certificate Is Refused
    When Somebody Asks    without a certificate
    Then The Server Answers    refused    403

SEP2_SERVER_N4 What Cannot Be Read Is Not Taken
    When A Device Of The Home Sends    a log entry that breaks off
    Then The Server Answers    400
    When A Device Of The Home Sends    a time where log entries go
    Then The Server Answers    400

SEP2_SERVER_N5 What Is Not There Or Cannot Be Done Is Said
    When A Device Of The Home Asks For    what is not there
    Then The Server Answers    404
    When A Device Of The Home Asks For    what cannot be done
    Then The Server Answers    405

SEP2_SERVER_N6 A Device Is Not Shown Others
    When A Device Of The Home Asks For    the entries of others
    Then The Server Answers    refused

SEP2_SERVER_N7 A Response Is Its Sender's
    When A Device Of The Home Sends    a response of another device
    Then The Server Answers    400    403

SEP2_SERVER_N8 Who Registers Again Gets No Other Entry
    When A Device Of The Home Sends    its registration again
    Then The Server Answers    no other entry
