"""Coverage-guided fuzzing: a target a file. `scripts/fuzz` runs them, `test_targets.py` holds them to what they say.

A target is a module with `check(data)`, which fails by an AssertionError (or whatever the code under test raises) on
bytes that break an invariant, with the SEEDS to start from and the WORDS that a fuzzer should know of.
"""
