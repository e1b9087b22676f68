"""One profile for Hypothesis: the same examples on every machine, no time limits, no folder left behind."""

from hypothesis import settings

settings.register_profile("loligo", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("loligo")
