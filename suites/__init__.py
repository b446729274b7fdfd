"""The conformance suites: one Robot Framework file a business process."""
