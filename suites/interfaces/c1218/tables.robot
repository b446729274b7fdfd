*** Settings ***
Documentation    Tables of ANSI C12.19 by the services of C12.18: reading, writing, procedures, and what table 0 says.
Metadata         Interface    AMI-39
Metadata         Link    c1218

Resource         ../../resources/bench.resource
Resource         ../../resources/c1218_tables.resource


*** Test Cases ***    # robocop: off=DOC02
C1218_READ_P1 A Table Comes With Length And Checksum
    Given A Client That Has Logged On As    reader
    When The Client Sends    read 0
    Then The Meter Answers    OK
    And The Data Have Their Length And Checksum

C1218_READ_P2 A Part Reads As It Does In The Whole
    Given A Client That Has Logged On As    reader
    Then A Part Reads As It Does In The Whole    0    3    8
    And A Part Reads As It Does In The Whole    1    0    4

C1218_READ_P3 Elements Read Together As One By One
    Given A Client That Has Logged On As    reader
    Then Blocks Of The Load Profile Read Together As One By One

C1218_READ_N1 A Table That Is Not There Is Refused
    Given A Client That Has Logged On As    reader
    When The Client Sends    read 2040
    Then The Meter Answers    IAR

C1218_READ_N2 A Table Without A Right To It Is Refused
    Given A Client That Has Logged On As    reader
    When The Client Sends    read 42
    Then The Meter Answers    ISC

C1218_READ_N3 What Lies Behind The End Of A Table Is Refused
    Given A Client That Has Logged On As    reader
    When The Client Sends    read 0 from 4000 count 4
    Then The Meter Answers    ONP    IAR

C1218_WRITE_P1 A Written Table Reads As It Was Written
    Given A Client That May Write
    When The Client Writes The Whole Table
    Then The Meter Answers    OK
    And The Table Holds The Change
    And The Table Is Put Back

C1218_WRITE_P2 A Written Part Changes Nothing Else
    Given A Client That May Write
    When The Client Writes Its First Byte
    Then The Meter Answers    OK
    And The Table Holds The Change
    And The Table Is Put Back

C1218_WRITE_N1 Data With A Wrong Checksum Are Not Written
    Given A Client That May Write
    When The Client Writes With A Wrong Checksum
    Then The Meter Answers    ERR
    And The Table Is As Before

C1218_WRITE_N2 A Table That Nobody May Write Is Refused
    Given A Client That May Write
    When The Client Sends    write 0 00
    Then The Meter Answers    IAR    ISC    ONP

C1218_WRITE_N3 More Than A Table Has Is Not Written
    Given A Client That May Write
    When The Client Writes More Than The Table Has
    Then The Meter Answers    ONP    ERR    IAR
    And The Table Is As Before

C1218_PROCEDURE_P1 A Procedure Has An Outcome Of Its Own
    Given A Client That Has Logged On As    reader
    Then An Unknown Procedure Is Told To Be Unknown

C1218_TABLE_0_P1 Every Table That Is Listed Is There
    Given A Client That Has Logged On As    reader
    Then Every Table That Table 0 Lists Is There

C1218_TABLE_0_P2 Every Table That Is There Is Listed
    Given A Client That Has Logged On As    reader
    Then No Table Is There That Table 0 Does Not List

C1218_TABLE_0_P3 Only Listed Tables Are Writable
    Given A Client That Has Logged On As    reader
    Then Only Listed Tables Are Writable
