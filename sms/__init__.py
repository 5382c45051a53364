"""What a text says and what we answer: pure talk, like ivr. Nothing here sends, receives, reads a file or a clock."""
