#!/usr/bin/env bash
# The set-up for real: needs the package index, some 5 GB of disk and 5 to 15 minutes, so it is no part of `make test`.
#   bash tests/end_to_end/set_up_for_real.sh [FOLDER] [-- COMMAND…]
# FOLDER (default: a temporary one) must not exist. COMMAND, such as `make test`, runs at the end in the last copy.
# As root it works as the user nobody; offline steps need `unshare -n`, which only root has.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${1:-$(mktemp -u)}
[ "${1:-}" = "--" ] && work=$(mktemp -u)
mkdir -p "$work"
copy="$work/it's é x"

as_user=()
[ "$(id -u)" = 0 ] && as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
bare() { # HOME command…: without this shell's settings
    "${as_user[@]}" env -i HOME="$1" PATH="$usual" LC_ALL=C "${@:2}"
}
usual=/usr/local/bin:/usr/bin:/bin
step() { printf '\n== %s\n' "$*"; started=$SECONDS; }
passed() { echo "   passed in $((SECONDS - started)) s"; }
works() { bare / "$copy/.venv/bin/python" -c 'import pandas, pipeline, jupyterlab; assert pipeline.__file__.endswith("x/pipeline/__init__.py")'; }
fail() { echo "FAILED: $*" >&2; exit 1; }

step "a copy without git, as a ZIP would give it, for an ordinary user"
mkdir -p "$copy" "$work/home"
tar -c --exclude=./.git --exclude=./.venv --exclude=./.alongside --exclude=./data/processed --exclude=__pycache__ . | tar -x -C "$copy"
[ "$(id -u)" = 0 ] && chown -R nobody "$work"
chmod 755 "$work"
cd "$copy"
passed

step "uv from the lock; HOME does not exist; nothing is written outside the folder"
bare /nonexistent make set-up
works
[ ! -e /nonexistent ] || fail "/nonexistent was made"
[ ! -e .venv/cache ] || fail ".venv/cache was left"
passed

step "again: nothing to do"
bare /nonexistent make set-up 2>&1 | grep -q . && fail "it did something"
passed

if [ "$(id -u)" = 0 ]; then
    step "again, without a network"
    export -f bare
    unshare -n "${as_user[@]}" env -i HOME=/nonexistent PATH="$usual" make set-up
    passed
fi

step "broken off in the middle, then started again, with an empty HOME"
rm -rf .venv
code=0
"${as_user[@]}" env -i HOME="$work/home" PATH="$usual" timeout -s INT 8 make set-up || code=$?
[ "$code" -ne 0 ] || fail "it was done before it could be broken off"
[ ! -e .venv/set-up.json ] || fail "half a set-up has a stamp"
bare "$work/home" make set-up
works
passed

step "pip alone"
rm -rf .venv
bare "$work/home" make set-up INSTALLER=pip
works
passed

for python in python3.12 python3.13 python3.14; do
    found=$("${as_user[@]}" bash -c "PATH=$usual command -v $python" || true)
    [ -n "$found" ] || { printf '\n== %s: not run, it is not on this machine\n' "$python"; continue; }
    step "$python"
    bare "$work/home" make set-up PYTHON="$found"
    works
    passed
done

while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
if [ $# -gt 1 ]; then
    shift
    step "$*"
    bare "$work/home" "$@"
    passed
fi
printf '\nAll that was tried works. The copies are in %s\n' "$work"
