"""Controls on the link ``office_https``: one module a control."""
