#!/bin/sh
# Keeps a private libvirtd for as long as somebody holds this script's standard input, so
# that nothing outlives a test, however the test ends: the kernel closes the other end.
# usage: keeper.sh DIR LIBVIRTD...
dir=$1
shift

exec 3<&0
"$@" 3<&- &
daemon=$!
{
    cat <&3 > /dev/null
    kill -KILL "$daemon"
} &
wait "$daemon"
status=$?

# The guests are no children of libvirtd, and stay when it ends. A process that does not
# name our directory is another one that got the number since.
for file in "$dir"/run/libvirt/qemu/run/*.pid; do
    [ -r "$file" ] || continue
    guest=$(cat "$file")
    grep -qsF "$dir/" "/proc/$guest/cmdline" && kill -KILL "$guest"
done

# 137: it was killed, so nobody comes to read its last words.
[ "$status" != 137 ] || rm -rf "$dir"
kill "$!" 2>/dev/null
