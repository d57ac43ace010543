"""Numbers that the formulas can bear; all others are refused by name, so that none gives NaN or infinity."""

from numbers import Real

LARGEST = 1e50  # beyond it, or as near to 0, squares and their ratios leave double precision
SMALLEST = 1 / LARGEST
LARGEST_COUNT = 1e15  # as many digits as the tables may hold


def needed(name, value, low=-LARGEST, high=LARGEST):
    """The value, a number from ``low`` to ``high``. Raises ValueError with its name for anything else."""
    if not (isinstance(value, Real) and low <= value <= high):  # NaN is not
        raise ValueError(f"{name} = {value!r}: a number from {low:g} to {high:g} is needed")
    return value
