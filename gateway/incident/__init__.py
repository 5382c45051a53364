"""What an emergency is, in values and decisions alone.

The law of this folder: nothing here imports anything but the standard library, does I/O, or reads a clock;
times come in as arguments (seconds since the epoch, UTC). Whatever was XML, YAML or JSON was parsed at the edge.
"""
