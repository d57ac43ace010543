"""Which parts of two texts or tables correspond, and which words of two that correspond differ."""

import re
from collections import Counter
from difflib import SequenceMatcher

SAME, INSERTED, DELETED = "same", "inserted", "deleted"
# Below this share of common parts, two sentences or rows are not versions of one.
SIMILAR = 0.5
# A block with more pairs than this is paired in its order: each against each would take minutes.
MANY = 60_000
# A number with its sign and percent is one word; Chinese has no spaces, so each character is one.
WORD = re.compile(r"\s+|[\u3400-\u9fff]|[−+]?\d+(?:[.,]\d+)*%?|[^\W\u3400-\u9fff]+|.", re.DOTALL)


def words(text):
    """The text in words, spaces and marks; joined they are the text again."""
    return WORD.findall(text)


def pairs(old, new, parts):
    """[(old or None, new or None)] in reading order; `parts` gives what two items may have in common."""
    matcher = SequenceMatcher(None, [tuple(parts(x)) for x in old], [tuple(parts(x)) for x in new], False)
    found = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found += zip(old[a:b], new[c:d])
        else:
            found += _paired(old[a:b], new[c:d], parts)
    return found


def _paired(old, new, parts):
    """Pairs within a block that differs, similar ones together, none crossing another."""
    likeness = _in_order if len(old) * len(new) > MANY else _each_with_each
    best = likeness([Counter(parts(x)) for x in old], [Counter(parts(x)) for x in new])
    found, i, j = [], 0, 0
    for a, b in [*best, (len(old), len(new))]:
        found += [(x, None) for x in old[i:a]] + [(None, x) for x in new[j:b]]
        if a < len(old) and b < len(new):
            found.append((old[a], new[b]))
        i, j = a + 1, b + 1
    return found


def _in_order(old, new):
    return [(n, n) for n in range(min(len(old), len(new))) if _similarity(old[n], new[n]) >= SIMILAR]


def _each_with_each(old, new):
    """The pairs (place in old, place in new) of the greatest total similarity, by dynamic programming."""
    total = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_similarity(x, y) for y in new] for x in old]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            together = alike[i][j] + total[i + 1][j + 1] if alike[i][j] >= SIMILAR else 0.0
            total[i][j] = max(together, total[i + 1][j], total[i][j + 1])
    found, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if alike[i][j] >= SIMILAR and total[i][j] == alike[i][j] + total[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif total[i][j] == total[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _similarity(old, new):
    """Twice the common parts over all parts, 0 to 1."""
    size = old.total() + new.total()
    return 2 * (old & new).total() / size if size else 1.0


def marked(old, new, text=str):
    """[(SAME | INSERTED | DELETED, [words])] that turns the words of `old` into those of `new`.

    ``text`` gives the text of a word that is more than a string. Crumbs between two changes, such as a
    space or a comma, count as changed: whole phrases are easier to read than shreds.
    """
    steps = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, False).get_opcodes():
        same = tag == "equal"
        crumb = same and 0 < a and b < len(old) and _is_crumb([text(word) for word in old[a:b]])
        if steps and (not same or crumb) and not steps[-1][0]:
            steps[-1] = (False, steps[-1][1] + old[a:b], steps[-1][2] + new[c:d])
        else:
            steps.append((same, old[a:b], new[c:d]))
    found = []
    for same, left, right in steps:
        if same:
            found.append((SAME, left))
        else:
            found += [(mark, part) for mark, part in ((DELETED, left), (INSERTED, right)) if part]
    return found


def _is_crumb(texts):
    return not any(re.search(r"\w", text) for text in texts) or (len(texts) == 1 and len(texts[0]) == 1)
