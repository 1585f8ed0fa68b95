# What deb/build.sh and rpm/build.sh begin with, in the directory of the repository: lays the
# installation of $guestd and $guestctl out in $tree, below $work, which goes at the end.
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
# The same bytes from the same commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || stat -c %Y CHANGELOG.md)}
export SOURCE_DATE_EPOCH
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree

DESTDIR=$tree PREFIX=/usr QEMU_GA=yes packaging/install.sh "$guestd" "$guestctl"
