"""What a text says beside its category: language, severity, whether it goes on, a child, hearsay."""
