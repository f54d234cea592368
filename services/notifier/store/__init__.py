"""All SQL of the notifier, a named function for each statement."""
