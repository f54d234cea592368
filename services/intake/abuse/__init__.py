"""What keeps floods and machines from drowning what people tell, without shutting people out."""
