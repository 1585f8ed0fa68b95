#!/bin/bash
# All that `make test` checks, and one line at the end that says how it went.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
export GUESTD_TEST_RECORD=$scratch/record
touch "$GUESTD_TEST_RECORD"
step=start

finish() {
    status=$?
    if [ "$status" != 0 ]; then
        echo "make test: FAILED in step '$step' after $SECONDS s"
    fi
    rm -rf "$scratch"
    exit "$status"
}
trap finish EXIT

begin() {
    step=$1
    printf '\n== %s\n' "$step"
}

begin 'lint: format, clippy, documentation'
make --no-print-directory lint

begin 'build: the static guestctl and guestd that the tests run'
GUESTCTL=$(cargo run --quiet --locked --package guestd-tests --example static guestctl)
GUESTD=$(cargo run --quiet --locked --package guestd-tests --example static guestd)
export GUESTCTL GUESTD
echo "$GUESTCTL $GUESTD"

begin 'tests: libraries, programs, small guests'
if command -v cargo-nextest >/dev/null; then
    cargo nextest run --workspace --locked --color never --no-fail-fast 2>&1 | tee "$scratch/tests"
    cargo test --workspace --locked --color never --doc 2>&1 | tee -a "$scratch/tests"
else
    cargo test --workspace --locked --color never --no-fail-fast 2>&1 | tee "$scratch/tests"
fi

# Both runners say "N passed". A skipped test returns early and so counts as passed there.
passed=$(awk 'match($0, /[0-9]+ passed/) { n += substr($0, RSTART) } END { print n + 0 }' "$scratch/tests")
skipped=$(grep -c '^skipped ' "$GUESTD_TEST_RECORD" || true)
booted=$(grep -c '^booted ' "$GUESTD_TEST_RECORD" || true)

echo
grep '^skipped ' "$GUESTD_TEST_RECORD" || true
echo "make test: everything passed (format, clippy, documentation, $((passed - skipped)) tests," \
    "$booted guests booted) in $SECONDS s; skipped: $([ "$skipped" = 0 ] && echo none || echo "$skipped")"
