#!/bin/sh
# watch SECONDS SCRIPT DIRECTORY...: the filesystems of these directories are frozen. Runs
# SCRIPT and prints the hundredths of a second until the last of them takes a write.
# Exit code 3: one of them was not frozen before; 4: one still is when the time is over.
#
# A write to a frozen filesystem cannot be interrupted, so each has a child of its own. It
# goes into the directory first: that keeps working after `umount -l`.
seconds=$1 script=$2
shift 2
marks=$(mktemp -d /run/watch.XXXXXX)
number=0
for directory; do
    number=$((number + 1))
    (cd "$directory" && (: > .watch); : > "$marks/$number") </dev/null >/dev/null 2>&1 &
done

now() {
    read -r up rest < /proc/uptime
    echo "${up%.*}${up#*.}"
}

# The names of directories that no write has got through to.
waiting() {
    number=0
    for directory; do
        number=$((number + 1))
        [ -e "$marks/$number" ] || echo "$directory"
    done
}

usleep 300000
if [ "$(waiting "$@" | wc -l)" != $# ]; then
    echo "of $* only these are frozen: $(waiting "$@" | tr '\n' ' ')" >&2
    exit 3
fi
start=$(now)
sh -c "$script" >/dev/null 2>&1 </dev/null
until [ -z "$(waiting "$@")" ]; do
    if [ $(($(now) - start)) -gt $((seconds * 100)) ]; then
        echo "still frozen: $(waiting "$@" | tr '\n' ' ')" >&2
        exit 4
    fi
    usleep 10000
done
echo $(($(now) - start))
