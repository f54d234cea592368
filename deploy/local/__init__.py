"""Kafka and PostgreSQL on this machine, from packages, without Docker or root."""
