"""The situation report: a numbered, frozen edition of the picture, as JSON and as pages."""
