"""Enrichment knows what a report means: language, category, severity, place and the incident it belongs to."""
