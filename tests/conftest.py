"""Settings of the whole suite."""

import os

from hypothesis import HealthCheck, settings

os.environ.pop("COLUMNS", None)  # which a test runner may set: answers would be as wide as that

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", deadline=None, max_examples=300)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
