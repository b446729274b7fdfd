*** Settings ***
Documentation    The objects of a DLMS meter, class by class, and the object list that says what may be read.
Metadata         Interface    AMI-28 AMI-39
Metadata         Link    dlms:wrapper dlms:hdlc dlms:mode_e

Resource         ../../resources/bench.resource
Resource         ../../resources/cosem_objects.resource

Test Setup       An Associated Client


*** Test Cases ***    # robocop: off=DOC02
COSEM_B1 No Object Is Listed Twice
    Then No Object Is Listed Twice

COSEM_B2 Every Object Tells Its Own Logical Name
    Then Every Object Tells Its Own Logical Name

COSEM_B3 What The Object List Grants Is Read, And Nothing Else
    Then What The Object List Grants Is Read, And Nothing Else

COSEM_1 Data Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    1

COSEM_3 Register Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    3

COSEM_4 Extended Register Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    4

COSEM_5 Demand Register Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    5

COSEM_7 Profile Generic Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    7

COSEM_8 Clock Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    8

COSEM_9 Script Table Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    9

COSEM_11 Special Days Table Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    11

COSEM_15 Association LN Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    15

COSEM_17 SAP Assignment Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    17

COSEM_18 Image Transfer Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    18

COSEM_20 Activity Calendar Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    20

COSEM_21 Register Monitor Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    21

COSEM_22 Single Action Schedule Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    22

COSEM_40 Push Setup Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    40

COSEM_64 Security Setup Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    64

COSEM_70 Disconnect Control Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    70

COSEM_71 Limiter Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    71

COSEM_72 M-Bus Client Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    72

COSEM_111 Account Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    111

COSEM_112 Credit Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    112

COSEM_113 Charge Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    113

COSEM_115 Token Gateway Is As Its Class Is Defined
    Then Every Object Of The Class Is As The Class Is Defined    115
