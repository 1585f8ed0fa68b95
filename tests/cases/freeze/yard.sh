# Process 1 of a namespace: mounts filesystems of loop devices, then runs what it is told,
# line by line, and says how each ended.
dir=$1
cd "$dir"
mkdir -p mnt state

# An ext4 of so many MiB in a file, mounted: filesystem FILE POINT MIB
filesystem() {
    truncate -s "$3M" "$1" && mke2fs -q -t ext4 "$1" && mkdir -p "$2" && mount -o loop "$1" "$2"
}

# Says whether a filesystem takes writes. The writer is left to itself: it ends with the thaw.
probe() {
    (echo > "$1/probe-$$-$RANDOM") &
    writer=$!
    tries=0
    while [ "$tries" -lt 20 ]; do
        kill -0 "$writer" 2>/dev/null || { echo writable; return; }
        sleep 0.02
        tries=$((tries + 1))
    done
    echo frozen
}

# Waits at most five seconds until all these are writable: a second is promised, the rest is
# for a machine with much else to do.
thawed() {
    tries=0
    for point in "$@"; do
        while [ "$(probe "$point")" = frozen ]; do
            tries=$((tries + 1))
            [ "$tries" -lt 12 ] || { echo "$point stays frozen"; return 1; }
        done
    done
}

# guestd on the socket, from a mount namespace of its own if PRIVATE is set.
start() {
    rm -f socket
    ${PRIVATE:+unshare -m} "$GUESTD" run --config guestd.toml 2>> log &
    agent=$!
    tries=0
    until [ -S socket ] || [ "$tries" = 200 ]; do sleep 0.05; tries=$((tries + 1)); done
}

while IFS= read -r line; do
    eval "$line"
    echo "==$?"
done

# Whatever a test did, nothing stays frozen and nothing runs on.
[ -z "$agent" ] || kill "$agent" 2>/dev/null
for point in mnt/*; do fsfreeze -u "$point" 2>/dev/null; done
exit 0
