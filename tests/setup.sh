#!/bin/sh
# Installs the Debian packages of tests/packages.txt that are not there yet, and says
# so. Does nothing where all of them are.
set -eu
cd "$(dirname "$0")"
PATH=$PATH:/usr/sbin:/sbin

there() {
    case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

missing=
while read -r program package why; do
    case $program in '' | '#'*) continue ;; esac
    there "$program" && continue
    missing="$missing $package"
    echo "setup: $program is missing, package $package ($why)"
done < packages.txt

if ! command -v cargo >/dev/null; then
    echo "setup: no cargo: install Rust first, see https://rustup.rs; just installed? . ~/.cargo/env" >&2
    exit 1
fi
# The static guestctl is built for musl where that target can be had, else for glibc.
musl=x86_64-unknown-linux-musl
if [ ! -d "$(rustc --print sysroot)/lib/rustlib/$musl" ] && command -v rustup >/dev/null; then
    echo "setup: adding Rust's target $musl"
    (cd .. && rustup target add "$musl") || echo "setup: no $musl, guestctl is linked with glibc" >&2
fi
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
install="apt-get install --yes --no-install-recommends$missing"
if ! command -v apt-get >/dev/null; then
    echo "setup: this is no Debian; please install the programs above yourself" >&2
    exit 1
fi
if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
    echo "setup: please run as root: apt-get update && $install" >&2
    exit 1
fi
echo "setup: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update --quiet
# shellcheck disable=SC2086 # one word per package
$as_root $install
