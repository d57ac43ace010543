# Every job of the project. `make html` and `make test` set up what they need on a fresh machine
# with git, make and Python 3.11 or newer; once set up, both work without a network.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
BOOK := $(VENV)/bin/jupyter-book build . -n -W --keep-going
NEW_ENOUGH := $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12"; exit 1; }
# The same sources give the same bytes: the date of the PDF is that of the last commit.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
export FORCE_SOURCE_DATE := 1

.PHONY: html pdf docx submission test check fuzz diff reference clean lock serve audit attack ledger reproduce new-study missing mutation bench

html: $(READY)
	@$(BOOK) || { $(RUN) tools/builds.py; exit 1; }
	@echo "Landing page: $(CURDIR)/_build/html/index.html"

pdf: $(READY)
	tools/debian.sh pdf
	$(RUN) tools/make_pdf.py $(if $(REVIEW),--review)

docx: $(READY)
	$(RUN) tools/make_docx.py $(if $(REVIEW),--review)

submission: $(READY)
	tools/debian.sh pdf
	$(RUN) tools/make_submission.py

test: $(READY)
	tools/debian.sh pdf test
	$(RUN) -m pytest

check: $(READY)
	$(RUN) -m mscreview.evidence data
	$(RUN) tools/check_prose.py
	$(RUN) tools/check_languages.py
	$(RUN) tools/check_units.py
	$(RUN) tools/check_book_links.py
	$(RUN) tools/check_citations.py
	$(RUN) tools/make_references.py --check
	$(RUN) tools/make_citation.py --check
	$(RUN) tools/check_ledger.py

# Bad input at random, minutes of it: tables, settings, formulas, hostile text, a full disk.
fuzz: $(READY)
	tools/debian.sh pdf test
	$(RUN) tools/fuzz.py

# What changed since a commit, tag or branch: make diff OLD=v1.0
diff: export OLD := $(OLD)
diff: $(READY)
	@$(RUN) tools/make_diff.py "$$OLD"

# Random sequences of edits, builds, kills and damage; ten minutes. One of them again: N=1 SEED=<its seed>
attack: $(READY)
	$(RUN) tools/attack_freshness.py $(or $(N),7) $(SEED)

# The numbers that `make reproduce` compares with; the verdict is `git diff`.
ledger: $(READY)
	$(RUN) tools/make_ledger.py

# Everything from nothing, or one chapter: make reproduce CHAPTER=safety
reproduce: export CHAPTER := $(CHAPTER)
reproduce:
	@$(NEW_ENOUGH)
	@$(PYTHON) tools/reproduce.py "$$CHAPTER"

# Which numbers to extract next, and how far each could move the headline.
missing: $(READY)
	@$(RUN) tools/missing_values.py

# A new trial: make new-study asks; make new-study TEMPLATE=trial.csv, fill it in, make new-study FROM=trial.csv
new-study: export FROM := $(FROM)
new-study: export TEMPLATE := $(TEMPLATE)
new-study: $(READY)
	@$(RUN) tools/new_study.py $(if $(TEMPLATE),--template "$$TEMPLATE") $(if $(FROM),"$$FROM")

# Whether the tests notice a wrong statistic: make mutation MODULES="units effects" tries these only.
mutation: $(READY)
	$(RUN) tools/mutation.py $(MODULES)

# Time, memory and size of everything beside what it is compared with. All rows take about two hours, most of it for
# `rows`, `gosh`, `install` and `test`; single rows, without a record: make bench ROWS=html,nothing,sentence,value
bench: export ROWS := $(ROWS)
bench: $(READY)
	tools/debian.sh test
	@command -v npm >/dev/null || tools/debian.sh bench
	@$(RUN) tools/bench.py "$$ROWS"

serve: $(READY)
	$(RUN) -m http.server --bind 127.0.0.1 --directory _build/html 8000

# Licenses of the locked packages, and their known vulnerabilities where the service can be reached.
audit: $(READY)
	$(RUN) tools/audit.py

# metafor's results again, for tests that compare with the pinned ones; the verdict is `git diff`.
reference: $(READY)
	tools/debian.sh test
	validation/regenerate.sh

# Only needed when pyproject.toml names another package or version.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
	  pyproject.toml -o requirements.lock

# Byte code too: of that a full disk can leave half a file, on which Python then fails.
clean:
	rm -rf _build
	find code tests tools -name __pycache__ -prune -exec rm -rf {} +

# The environment: exactly the locked packages, and this checkout's package on its path.
$(READY): requirements.lock
	@$(NEW_ENOUGH)
	@echo "Making the environment in $(VENV) from requirements.lock: two minutes, once."
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	$(RUN) -m pip install --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(RUN) -c 'import pathlib, site; pathlib.Path(site.getsitepackages()[0], "mscreview.pth").write_text(str(pathlib.Path("code").resolve()) + "\n")'
	@touch $@
