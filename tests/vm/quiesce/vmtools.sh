#!/bin/sh
# A stand-in for open-vm-tools, whose vmtoolsd does not run outside of VMware: what it does with
# /etc/vmware-tools/backupScripts.d, in its order and words, and nothing else of it.
#
# vmtools freeze: each script with `freeze`, by name; the first that fails ends it, and those
# before it are run backwards with `freezeFail`, but not itself. Exit code 1.
# vmtools thaw: each script backwards with `thaw`; a failure is told at the end. Exit code 1.
scripts=/etc/vmware-tools/backupScripts.d
forwards=$(LC_ALL=C ls "$scripts" | LC_ALL=C sort)
backwards=$(echo "$forwards" | LC_ALL=C sort -r)

run() {
    /bin/sh -c "\"$scripts/$1\" $2"
}

case $1 in
freeze)
    done=
    for script in $forwards; do
        if ! run "$script" freeze; then
            for before in $done; do run "$before" freezeFail; done
            exit 1
        fi
        done="$script $done"
    done
    ;;
thaw)
    code=0
    for script in $backwards; do run "$script" thaw || code=1; done
    exit $code
    ;;
esac
