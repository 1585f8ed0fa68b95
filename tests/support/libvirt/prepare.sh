# What Debian's services would have done by the time an agent starts.
set -e
hostname small-guest.example

# No routers are heard, so that the addresses are the same in each boot.
for card in /proc/sys/net/ipv6/conf/*; do
    echo 0 > "$card/accept_ra"
done
ip link set lo up
ip link set eth0 up
ip address add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
# The kernel gives itself a link-local address some time after the card is up.
tries=0
until ip -6 address show dev eth0 | grep -q fe80 || [ "$tries" = 400 ]; do
    usleep 50000
    tries=$((tries + 1))
done

# udev's database knows the serial numbers of disks.
mkdir -p /run/udev/data
for disk in vda vdb; do
    serial=$(cat /sys/block/$disk/serial)
    mkdir -p "/srv/$serial"
    mount -t ext4 "/dev/$disk" "/srv/$serial"
    echo "E:ID_SERIAL=$serial" > "/run/udev/data/b$(cat /sys/block/$disk/dev)"
done

cp /etc/small-guest/utmp /run/utmp
chown -R 1000:1000 /home/alice
chmod 750 /home/alice
