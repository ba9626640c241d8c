"""Small makers: ids drawn from the chance of a history."""

from random import Random
from uuid import UUID


def new_id(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))
