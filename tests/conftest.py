"""What holds for every test of the suite."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Servers, certificates and doors that the tests of several rooms ask for by name.
pytest_plugins = ["tests.wire.fixtures"]

# Machines that run the suite have other things to do: how long one example takes says nothing here.
settings.register_profile("suite", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
