#!/bin/sh
# An RPM of what install.sh lays out: `build.sh GUESTD GUESTCTL DIRECTORY`. RELEASE is its release,
# for a second package of one version; 1 without it.
set -eu
guestd=$(realpath "$1") guestctl=$(realpath "$2")
release=${RELEASE:-1}
mkdir -p "$3"
out=$(realpath "$3")
cd "$(dirname "$0")/../.."
command -v rpmbuild > /dev/null || {
    echo "no rpmbuild: dnf install rpm-build, or apt install rpm" >&2
    exit 1
}

# shellcheck source=packaging/common.sh
. packaging/common.sh
licenses=$tree/usr/share/licenses/guestd
mkdir -p "$licenses"
mv "$tree/usr/share/doc/guestd"/LICENSE-* "$licenses"
mkdir -p "$tree/usr/share/zsh/site-functions"
mv "$tree/usr/share/zsh/vendor-completions"/* "$tree/usr/share/zsh/site-functions"
rmdir "$tree/usr/share/zsh/vendor-completions"
gzip -9n "$tree"/usr/share/man/man*/*
install -D -m 644 packaging/rpm/guestd.preset "$tree/usr/lib/systemd/system-preset/85-guestd.preset"

# Directories that are ours alone go with the package; the others belong to the system.
{
    echo '%defattr(-,root,root,-)'
    (cd "$tree" && find . -type d \( -path '*guestd' -o -path '*guestd/*' \) -printf '%%dir "/%P"\n')
    (cd "$tree" && find . \( -type f -o -type l \) -printf '/%P\n') | sort | while read -r file; do
        case $file in
        /etc/*) echo "%config(noreplace) \"$file\"" ;;
        /usr/share/doc/*) echo "%doc \"$file\"" ;;
        /usr/share/licenses/*) echo "%license \"$file\"" ;;
        *) echo "\"$file\"" ;;
        esac
    done
    # Written by `guestd import`, and goes with the package.
    echo '%ghost "/etc/guestd/conf.d/50-qemu-ga.toml"'
} > "$work/files"
rpmbuild -bb --quiet --target x86_64 \
    --define "version_of_guestd $version" --define "release_of_guestd $release" \
    --define "tree $tree" \
    --define "_topdir $work/rpm" --define "_rpmdir $out" --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' \
    --define '_buildhost guestd' --define 'use_source_date_epoch_as_buildtime 1' \
    --define 'clamp_mtime_to_source_date_epoch 1' \
    --define "list_of_files $work/files" packaging/rpm/guestd.spec
echo "$out/guestd-$version-$release.x86_64.rpm"
