# An NFS server in the guest's own kernel, and a hard mount of it at /nfs with something written
# that the server does not have yet. No program is needed for either: what rpc.mountd would
# answer (nfs-utils, exports(5)) is put into the kernel's tables beforehand, and NFS version 4
# needs neither rpcbind nor statd.
set -e
mkdir -p /export /nfs /data /var/lib/nfs/v4recovery
mount -t ext4 /dev/vda /data
mount -t tmpfs -o size=8m export /export
mkdir /export/inner
ip link set lo up
mount -t nfsd nfsd /proc/fs/nfsd
echo '-2 -3 +4' >/proc/fs/nfsd/versions
echo 'tcp 2049' >/proc/fs/nfsd/portlist
echo 1 >/proc/fs/nfsd/threads
# Files can be opened at once: there are no clients from before that could claim theirs.
echo Y >/proc/fs/nfsd/v4_end_grace
cd /proc/net/rpc
# Until 2^31 - 1: for ever. 9234: fsid, no_subtree_check, async, insecure; and no squashing.
echo 'nfsd 127.0.0.1 2147483647 here' >auth.unix.ip/channel
echo 'here /export 2147483647 9234 65534 65534 0' >nfsd.export/channel
echo 'here 1 \x00000000 2147483647 /export' >nfsd.fh/channel
cd /
# What is known of files is asked anew after a second, not after up to a minute.
options=vers=4.2,addr=127.0.0.1,clientaddr=127.0.0.1,hard,actimeo=1
mount -t nfs4 -o $options 127.0.0.1:/ /nfs
echo known >/nfs/file
# By a program that does not close it, which would write it out.
echo 0 >/proc/sys/vm/dirty_writeback_centisecs
(echo dirty; exec sleep 100000) >/nfs/dirty 2>/dev/null </dev/null &
until [ -e /export/dirty ]; do usleep 10000; done
