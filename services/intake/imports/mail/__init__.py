"""E-mail as reports: what a person wrote, without what their mail program put around it."""
