#!/bin/sh
# A Debian package of what install.sh lays out: `build.sh GUESTD GUESTCTL DIRECTORY`.
set -eu
guestd=$(realpath "$1") guestctl=$(realpath "$2")
mkdir -p "$3"
out=$(realpath "$3")
cd "$(dirname "$0")/../.."
for program in dpkg-deb gzip md5sum; do
    command -v "$program" > /dev/null || { echo "no $program: apt install dpkg gzip coreutils" >&2; exit 1; }
done

# shellcheck source=packaging/common.sh
. packaging/common.sh
doc=$tree/usr/share/doc/guestd
rm "$doc/LICENSE-APACHE" "$doc/LICENSE-MIT"
install -m 644 packaging/deb/copyright "$doc/copyright"
gzip -9nc "$doc/CHANGELOG.md" > "$doc/changelog.gz"
rm "$doc/CHANGELOG.md"
gzip -9n "$tree"/usr/share/man/man*/*
install -D -m 644 packaging/deb/lintian-overrides "$tree/usr/share/lintian/overrides/guestd"

mkdir "$tree/DEBIAN"
(cd "$tree" && find etc -type f -printf '/%p\n' | sort) > "$tree/DEBIAN/conffiles"
(cd "$tree" && find usr -type f | sort | xargs md5sum) > "$tree/DEBIAN/md5sums"
size=$(du -k --apparent-size --summarize --exclude=DEBIAN "$tree" | cut -f 1)
sed "s/@VERSION@/$version/; s/@SIZE@/$size/" packaging/deb/control > "$tree/DEBIAN/control"
for script in postinst prerm postrm; do
    install -m 755 "packaging/deb/$script" "$tree/DEBIAN/$script"
done
find "$tree" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
package=$out/guestd_${version}_amd64.deb
dpkg-deb --root-owner-group -Zxz --build "$tree" "$package" > /dev/null
echo "$package"
