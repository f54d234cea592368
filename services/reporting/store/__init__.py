"""All of reporting's SQL, one named function a statement."""

from typing import TypeAlias

import asyncpg

from shared.inbox import Connection

__all__ = ["Connection", "Pool"]

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
