//! `qemu-ga --help`.

use super::configuration::{CONFIG_FILE, HOOK, PID_FILE, SERIAL_LINE, STATE_DIR};
use crate::config::settings::{VERSION, VIRTIO_PORT};

/// The text, for a program of this name.
pub(super) fn help(program: &str) -> String {
    format!(
        "\
Usage: {program} [-m <method> -p <path>] [<options>]
guestd {VERSION} in place of the QEMU guest agent

Where the host is heard:
  -m, --method=METHOD     virtio-serial (default), isa-serial, unix-listen, vsock-listen
  -p, --path=PATH         device or socket; <cid>:<port> for vsock-listen. Default:
                          {VIRTIO_PORT}
                          and {SERIAL_LINE} for isa-serial
  -r, --retry-path        wait for a device that is not there or goes away

What the host may do:
  -b, --block-rpcs=LIST   never these commands, separated by commas; \"help\" lists all
  -a, --allow-rpcs=LIST   only these commands
  -F, --fsfreeze-hook[=PATH]
                          run PATH, or {HOOK}, with 'freeze' before
                          and 'thaw' after; write -FPATH, without a space

Files:
  -c, --config=PATH       key file with these settings in group [general]; default
                          $QGA_CONF or {CONFIG_FILE}
  -l, --logfile=PATH      log there and not to stderr
  -f, --pidfile=PATH      process number of the daemon; default {PID_FILE}
  -t, --statedir=DIR      state that outlives a restart; absolute, default {STATE_DIR}

Other:
  -d, --daemonize         go to the background
  -v, --verbose           log every request
      --advertise-version=VERSION
                          the version that -V and guest-info tell
  -D, --dump-conf         print the settings as a key file
  -V, --version           print the version
  -h, --help              print this
"
    )
}
