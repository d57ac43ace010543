#!/bin/sh
# Rebuild every file of this folder that a program wrote; `git diff --exit-code validation` is then the verdict.
# Needs Rscript with metafor (Debian: r-cran-metafor). PYTHON names the interpreter, else the project's own, else python3.
set -eu
cd "$(dirname "$0")"
if [ -z "${PYTHON:-}" ]; then
  PYTHON=python3
  if [ -x ../.venv/bin/python ]; then PYTHON=../.venv/bin/python; fi
fi
"$PYTHON" cases.py
Rscript reference.R cases.csv reference.csv
Rscript -e 'cat(R.version.string, "\nmetafor", format(packageVersion("metafor")), "\n")' > versions.txt
"$PYTHON" agreement.py
