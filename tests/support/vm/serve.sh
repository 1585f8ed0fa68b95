# Runs the commands that the host sends over a virtio port until the host closes it: in a small
# guest part of its init, in a full guest a service of systemd.
#
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
