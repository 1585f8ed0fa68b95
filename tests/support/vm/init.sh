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

# A full guest: the root is a disk, whose own init takes over. What it gets from the host lies in
# /full, and the service that takes commands in /run, so that the disk needs no part of it.
if [ -e /etc/small-guest/full ]; then
    for serial in /sys/block/vd*/serial; do
        [ "$(cat "$serial")" != root ] || disk=$(basename "${serial%/serial}")
    done
    mkdir -p /root
    mount -t ext4 "/dev/$disk" /root || exec poweroff -f
    cp -a /full/. /root/
    units=/run/systemd/system
    mkdir -p /run/small-guest "$units/multi-user.target.wants"
    cp /etc/small-guest/serve.sh /run/small-guest
    cp /etc/small-guest/serve.service "$units"
    ln -s ../serve.service "$units/multi-user.target.wants"
    for mounted in proc sys dev run; do
        mount --move "/$mounted" "/root/$mounted"
    done
    exec switch_root /root /sbin/init
fi

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

. /etc/small-guest/serve.sh
poweroff -f
