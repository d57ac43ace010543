"""The kinds of results, as plain frozen dataclasses of numbers, text and tuples.

Numbers are Python floats in the unit that the result names, None where there is none; shares and
probabilities lie between 0 and 1, percent only where the name says so. ``sources`` are tuples of
dictionaries with table, row, locator, source_url and source_level. Reasons and flags are codes;
`wording` holds their text.
"""

from .described import (
    AnimalOutcome,
    AnimalStudy,
    Animals,
    Protocols,
    Published,
    PublishedSet,
    Record,
    Records,
    Studies,
    StudyRow,
    Variety,
)
from .harms import (
    Comparison,
    DeathRow,
    Deaths,
    Safety,
    SafetyRow,
)
from .judged import (
    Bias,
    Certainty,
    Claim,
    Domain,
    Downgrade,
)
from .missing import Gap, Gaps
from .pooled import (
    Count,
    Direction,
    Directions,
    Multiverse,
    NotPooled,
    PoolResult,
    Run,
    SmallStudies,
    Step,
    SubgroupContrast,
    Trial,
)
from .uncontrolled import (
    ArmChange,
    BeforeAfter,
    Point,
    Trajectories,
)

__all__ = [
    "AnimalOutcome",
    "AnimalStudy",
    "Animals",
    "ArmChange",
    "BeforeAfter",
    "Bias",
    "Certainty",
    "Claim",
    "Comparison",
    "Count",
    "DeathRow",
    "Deaths",
    "Direction",
    "Directions",
    "Domain",
    "Downgrade",
    "Gap",
    "Gaps",
    "Multiverse",
    "NotPooled",
    "Point",
    "PoolResult",
    "Protocols",
    "Published",
    "PublishedSet",
    "Record",
    "Records",
    "Run",
    "Safety",
    "SafetyRow",
    "SmallStudies",
    "Step",
    "Studies",
    "StudyRow",
    "SubgroupContrast",
    "Trajectories",
    "Trial",
    "Variety",
]
