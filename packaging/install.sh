#!/bin/sh
# Lays out an installation: `install.sh GUESTD GUESTCTL`, with DESTDIR before every path.
#
# PREFIX moves the programs and what is read by people. The rest lies where systemd, udev and
# guestd itself look for it. QEMU_GA=no leaves out the name qemu-ga.
set -eu
guestd=$1 guestctl=$2
cd "$(dirname "$0")/.."
PREFIX=${PREFIX:-/usr}
root=${DESTDIR:-}
to=$root$PREFIX

install -D -m 755 "$guestd" "$to/sbin/guestd"
install -D -m 755 "$guestctl" "$to/bin/guestctl"
# Symbols that are left serve nobody.
command -v strip > /dev/null && strip "$to/sbin/guestd" "$to/bin/guestctl"
[ "${QEMU_GA:-yes}" = no ] || ln -sf guestd "$to/sbin/qemu-ga"

# Off until `guestctl hooks enable`. One number: databases are made quiet side by side.
for hook in hooks/dist/*; do
    install -D -m 755 "$hook" "$root/usr/lib/guestd/hooks-available/20-${hook##*/}"
done

# packaging/etc and packaging/usr mirror the target.
(cd packaging && find etc usr -type f) | while read -r file; do
    case $file in
    usr/share/man/* | usr/share/bash-completion/* | usr/share/fish/* | usr/share/zsh/*)
        install -D -m 644 "packaging/$file" "$root$PREFIX/${file#usr/}"
        ;;
    *) install -D -m 644 "packaging/$file" "$root/$file" ;;
    esac
done
# Where an administrator, and the import of qemu-ga's settings, put files of their own.
install -d -m 755 "$root/etc/guestd/conf.d"
units=$root/usr/lib/systemd/system
[ "$PREFIX" = /usr ] || sed -i "s|/usr/sbin/guestd|$PREFIX/sbin/guestd|" "$units"/guestd*.service

doc=$to/share/doc/guestd
install -D -m 644 -t "$doc" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT
install -D -m 644 -t "$doc/docs" docs/*.md
