#!/bin/busybox sh
# The first process of a small guest: loads the modules it was given, then runs the
# commands that the host sends over a virtio port until the host closes it.
/bin/busybox --install -s /bin
export PATH=/usr/sbin:/usr/bin HOME=/ LC_ALL=C

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
ln -s /proc/self/fd /dev/fd

while read -r module; do
    insmod "/lib/modules/$module.ko" || echo "init: cannot load $module"
done < /etc/small-guest/modules

# What udev would do. The kernel names the ports some time after the driver is loaded.
mkdir -p /dev/virtio-ports
tries=0
while read -r port; do
    until [ -e "/dev/virtio-ports/$port" ] || [ "$tries" = 200 ]; do
        for entry in /sys/class/virtio-ports/*; do
            [ -s "$entry/name" ] || continue
            ln -sf "/dev/${entry##*/}" "/dev/virtio-ports/$(cat "$entry/name")"
        done
        tries=$((tries + 1))
        [ -e "/dev/virtio-ports/$port" ] || usleep 50000
    done
done < /etc/small-guest/ports

# A request is one line with the sizes of a script and of its input, then both. The
# answer is one line with exit code and the sizes of output and errors, then both.
take() {
    : > "$2"
    [ "$1" = 0 ] || dd bs="$1" count=1 iflag=fullblock of="$2" <&3 2>/dev/null
}

exec 3<>/dev/virtio-ports/small-guest.commands
echo ready >&3
while read -r script input <&3; do
    take "$script" /run/script
    take "$input" /run/input
    # The script must not hold the port: what it leaves running would keep it open.
    sh /run/script < /run/input > /run/output 2> /run/errors 3<&-
    code=$?
    echo "$code $(stat -c %s /run/output) $(stat -c %s /run/errors)" >&3
    cat /run/output /run/errors >&3
done
poweroff -f
