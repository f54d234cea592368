"""Intake knows what people submitted, who they are if they said so, and what they may follow."""
