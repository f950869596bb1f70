"""Pages for people who answer from an email and have no account."""
