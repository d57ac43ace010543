"""Sequences of edits, builds, kills and damage, and one question: is this the book of these sources?

A step is a line of words, such as "edit mean", "latex" or "kill 3.1", so that a sequence can be
printed and repeated. The answer is a build from nothing, in another folder.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from project_copy import Project

_ZANG = "zang2022,hba1c,,all,UC-MSC,treatment,msc,11,,{},1.07"
_EFFECT = "return Effect({}treatment.mean - control.mean{},"
# name -> file, what stands there, what is put in its place; a second "edit name" undoes it
EDITS = {
    "mean": ("data/outcomes.csv", _ZANG.format("7.52"), _ZANG.format("7.12")),
    "statistics": ("code/mscreview/effects.py", _EFFECT.format("", ""), _EFFECT.format("1.1 * (", ")")),
    "figure": ("code/mscreview/figures/forest.py", '"cells lower"', '"lower with cells"'),
    "table": ("code/mscreview/tables/pools.py", '"Effect from", "Remarks"', '"Effect of", "Remarks"'),
    "heading": ("chapters/methods.md", "## Question\n", "## The question\n"),
    "sentence": ("chapters/introduction.md", "# Introduction\n", "# Introduction\n\nOne more sentence.\n"),
    "caption": ("chapters/glycemic.md", "What does each trial contribute to", "What does every trial contribute to"),
    "order": ("_toc.yml", "chapters/safety\n  - file: chapters/preclinical", "chapters/preclinical\n  - file: chapters/safety"),
    "configuration": ("_config.yml", "show_toc_level: 2", "show_toc_level: 3"),
    "style": ("_static/book.css", ".scroll-box { overflow-x: auto;", ".scroll-box { overflow-x: scroll;"),
    "front": ("submission.yml", 'running_title: "Stromal', 'running_title: "The stromal'),
    "name": ("submission.yml", 'short_title: "Mesenchymal', 'short_title: "The mesenchymal'),
    "reference": ("references.bib", "pages = {1742-9}", "pages = {1742-8}"),
    "checklist": ("checklists/prisma_2020.csv", "For research only;", "For research alone;"),
    "agreement": ("validation/agreement.csv", "estimate,", "estimate*,"),
    "lock": ("requirements.lock", "accessible-pygments==0.0.5 ", "accessible-pygments==0.0.5  "),
}
REFUSED = {"refused": ("data/studies.csv", "\nzang2022,", "\nzang 2022,")}
BUILDS = ("html", "strict", "latex", "page", "elsewhere", "two")  # each a method of `Attack`
DAMAGES = ("remove", "halve", "replace", "digit")


class Difference(AssertionError):
    """A book that is not that of its sources, or not whole."""


def sequence(seed, rounds):
    """The steps that a seed stands for; first and last are builds of HTML that have to succeed."""
    random, steps = Random(seed), ["html"]
    for _ in range(rounds):
        for _ in range(random.choice((1, 1, 2))):
            steps.append(_disturbance(random))
        if random.random() < 0.1:
            steps += ["edit refused", "html", "edit refused"]
        steps.append(random.choice(["html", "latex", *BUILDS]))
    return [*steps, "html"]


def _disturbance(random):
    kind = random.choice(["edit"] * 6 + ["kill"] * 3 + ["damage"] * 2 + ["meanwhile", "move"])
    words = {
        "edit": [random.choice(list(EDITS))],
        "meanwhile": [random.choice(list(EDITS)), f"{random.random():.2f}"],
        "kill": [f"{random.random():.2f}"],
        "damage": [f"{random.random():.4f}", random.choice(DAMAGES)],
        "move": [],
    }
    return " ".join([kind, *words[kind]])


class Attack:
    """A copy of the project that goes through steps.

    ``counts`` says how many of which kind there were; ``known`` maps the digest of sources to the
    digests of their HTML files in the first build of them.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.project = Project(self.folder / "project")
        self.counts, self.known = Counter(), {}
        self.edited, self.seconds = set(), 10.0  # how long a build takes, to hit it somewhere
        self.last = {}  # the HTML files as the last step left them

    def run(self, steps):
        """Go through the steps."""
        for number, step in enumerate(steps, start=1):
            verb, *words = step.split()
            print(f"{number}. {step}", flush=True)
            self.counts[verb] += 1
            try:
                getattr(self, f"_{verb}")(*words)
            except Difference as error:
                raise Difference(f"after {steps[:number]}: {error}") from None

    def compare_with_nothing(self):
        """The last step was a build of HTML: is its book that of a build without any past?"""
        folder = self.folder / "nothing"
        made = Project(folder, self.project.folder)
        self._ended(made.build())
        self._compare(self.last, made.digests(), "not as from nothing")
        shutil.rmtree(folder)

    def _edit(self, name):
        file, *texts = {**EDITS, **REFUSED}[name]
        self.project.edit(file, *(reversed(texts) if name in self.edited else texts))
        self.edited ^= {name}

    def _html(self, *options):
        started = time.monotonic()
        process = self._start(*options)
        self._read_during(process)
        self._end(process)
        self.seconds = time.monotonic() - started
        self._published()

    def _read_during(self, process):
        """Whoever reads while a build runs sees the last book whole, until the next takes its place."""
        html = self.project.html
        inode = html.stat().st_ino if html.exists() else None
        while self.last and process.poll() is None:
            time.sleep(0.5)
            try:
                seen = self.project.digests()
                if html.stat().st_ino != inode:
                    break
            except FileNotFoundError:
                break  # the next one is being put in its place
            self._compare(seen, self.last, "changed under a reader")

    def _strict(self):
        self._html("-n", "-W", "--keep-going")

    def _latex(self):
        self._ended(self.project.build("--builder", "latex"))
        self.is_untouched()

    def _page(self):
        """The one-chapter way of Jupyter Book."""
        self._ended(self.project.build(path="chapters/glycemic.md"))
        self.is_untouched()

    def _elsewhere(self):
        """A second output folder."""
        self._ended(self.project.build("--path-output", str(self.folder / "elsewhere")))
        self.is_untouched()
        if not self.edited & REFUSED.keys():
            self._is_of_the_sources(self.project.digests(self.folder / "elsewhere/_build/html"))

    def _two(self):
        """Two builds at once."""
        for process in [self._start(), self._start("--builder", "latex")]:
            self._end(process)
        self._published()

    def _kill(self, moment):
        process = self._start()
        time.sleep(float(moment) * self.seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if self.project.digests() != self.last:
            self._published()  # just before

    def _meanwhile(self, name, moment):
        process = self._start()
        time.sleep(float(moment) * self.seconds)
        self._edit(name)
        process.wait()
        self.last = self.project.digests()  # of either state; the next build has to settle it

    def _damage(self, which, how):
        files = sorted(path for path in (self.project.folder / "_build").rglob("*") if path.is_file())
        if not files:
            return
        path = files[int(float(which) * len(files))]
        content = path.read_bytes()
        changed = {"halve": content[: len(content) // 2], "replace": b"{}", "digit": _other_digit(content)}
        path.unlink() if how == "remove" else path.write_bytes(changed[how])
        self.last = self.project.digests()

    def _move(self):
        target = self.folder / f"moved-{self.counts['move']}"
        self.project.folder.rename(target)
        self.project.at(target)

    def _start(self, *options):
        output = tempfile.TemporaryFile("w+")  # not a pipe, which fills up while nobody reads
        command = self.project.command(*options)
        process = subprocess.Popen(**command, stdout=output, stderr=output, start_new_session=True)
        process.stdout = output
        return process

    def _end(self, process):
        """Wait for the end of what `_start` started."""
        process.wait()
        process.stdout.seek(0)
        process.stdout = process.stdout.read()
        self._ended(process)

    def _ended(self, process):
        """A build succeeds, or refuses bad data."""
        expected = 1 if self.edited & REFUSED.keys() else 0
        if process.returncode != expected:
            raise Difference(f"exit code {process.returncode}: {process.stdout[-3000:]}")

    def is_untouched(self):
        """The HTML folder is as the last step left it."""
        self._compare(self.project.digests(), self.last, "no build of this folder, yet it changed")

    def _published(self):
        if self.edited & REFUSED.keys():
            self.is_untouched()
        else:
            self.last = self.project.digests()
            self._is_of_the_sources(self.last)

    def _is_of_the_sources(self, found):
        """Two books of the same sources are the same, whatever came before."""
        self._compare(found, self.known.setdefault(self._sources(), found), "not as before")

    def _compare(self, found, wanted, what):
        names = sorted(n for n in found.keys() | wanted.keys() if found.get(n) != wanted.get(n))
        if names:
            raise Difference(f"{what}: {', '.join(names[:8])} ({len(names)} files)")

    def _sources(self):
        whole = hashlib.sha256()
        for name in self.project.names:
            whole.update((self.project.folder / name).read_bytes())
        return whole.hexdigest()


def _other_digit(content):
    """The content with its middle digit changed, as a number of another state would be."""
    places = [i for i, byte in enumerate(content) if chr(byte).isdigit()]
    if not places:
        return b"{}"
    place = places[len(places) // 2]
    return content[:place] + (b"1" if content[place:place + 1] != b"1" else b"2") + content[place + 1 :]
