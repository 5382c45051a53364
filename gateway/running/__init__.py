"""Keeping the processes alive: what they are, who starts and stops them, whether each answers."""
