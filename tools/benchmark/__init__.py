"""What `make bench` measures, each row side by side with what it is compared with."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests", "tools", "code")]
