#!/usr/bin/env bash
# Installs the Debian packages of the named purposes ("pdf", "test") where that is possible,
# else says in one line what to run. Does nothing, offline too, when all are there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

wanted=()
for purpose in "$@"; do
  while read -r package; do wanted+=("$package"); done \
    < <(awk -v p="$purpose" '$1 == p {print $2}' "$here/debian-packages.txt")
done

if ! command -v dpkg-query >/dev/null; then
  echo "This is not a Debian system: please install the counterparts of: ${wanted[*]}" >&2
  exit 1
fi

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    echo "Missing packages; please run: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
fi

echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y --no-install-recommends "${missing[@]}"
