"""What may be shown of each kind of request, and to whom."""

from typing import Final

from shared.categories import CategoryCode

# What a municipality may open to everyone: what can be seen in a street and points at nobody.
OPENABLE: Final = frozenset(
    {
        CategoryCode.FIRE,
        CategoryCode.VANDALISM,
        CategoryCode.TRAFFIC,
        CategoryCode.UNSAFE_PLACE,
        CategoryCode.ENVIRONMENT,
        CategoryCode.ANIMAL,
    }
)
# What is said about these is not given back even to the system that sent it: its key may lie in an app in every pocket.
NEVER_TOLD: Final = frozenset(
    {
        CategoryCode.EXPLOSION_SHOOTING,
        CategoryCode.WEAPONS,
        CategoryCode.VIOLENCE,
        CategoryCode.ROBBERY,
        CategoryCode.THREAT,
        CategoryCode.SEXUAL_OFFENCE,
        CategoryCode.DRUGS,
        CategoryCode.MISSING_PERSON,
        CategoryCode.CHILD_CONCERN,
        CategoryCode.VULNERABLE_ADULT,
        CategoryCode.SCHOOL_INCIDENT,
        CategoryCode.DEATH,
    }
)
# Many clients ask for a request by its identifier and without a key. It can't be guessed, and only the sender was told it.
OPEN_BY_ID: Final = frozenset(CategoryCode) - NEVER_TOLD
