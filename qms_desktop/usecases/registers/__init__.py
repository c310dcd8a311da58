"""Registers that an office kept before, in Excel or in a one-stop system, taken in so that nothing is typed twice."""
