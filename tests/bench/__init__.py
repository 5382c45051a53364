"""`make bench`: how fast the whole path of a call is, as ratios taken in one run against a dialplan with no gateway."""
