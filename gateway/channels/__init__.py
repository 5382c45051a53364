"""One file for each outside party: what it says becomes values for the intake, what we decide becomes its commands."""
