"""The console and the answer pages in a real browser, against a service with real mail."""
