"""Settings, numbers and people, proved."""
