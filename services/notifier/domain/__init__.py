"""Pure rules: who is told, what they may see, when to send again."""
