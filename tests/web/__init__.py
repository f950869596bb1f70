"""Pages: what a person without an account sees and can do."""
