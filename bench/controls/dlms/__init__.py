"""Controls on the link ``dlms``: one module a control."""
