"""What a report is about: the trained model, how it is trained and how it is judged."""
