"""Photos that belong to reports: looked at, drawn anew, sealed, kept, shown to those who may, and erased."""
