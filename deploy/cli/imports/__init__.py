"""`vardkase import`: many reports at a time, from tables, mail and the police's open events."""

from deploy.cli.imports import mail, police, tables
from deploy.cli.imports.app import imports_app

__all__ = ["imports_app", "mail", "police", "tables"]
