"""One run of the bench: what was asked, what is planned, what is recorded while it happens."""
