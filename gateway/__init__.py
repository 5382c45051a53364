"""gateway112: calls and messages to 112, from the telephone network to the right agency's desk."""
