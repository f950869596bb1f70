"""What a house is set up with: settings, timescales, bank holidays, agencies and roles."""
