# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_guestctl_global_optspecs
    string join \n from= root= o/output= color= width= h/help V/version
end

function __fish_guestctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_guestctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_guestctl_using_subcommand
    set -l cmd (__fish_guestctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c guestctl -n "__fish_guestctl_needs_command" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_needs_command" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_needs_command" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_needs_command" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_needs_command" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_needs_command" -s V -l version -d 'Print version'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "cpu" -d 'The CPU: decode, features, differences, dumps'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "evc" -d 'Say which VMware EVC mode the guest sees, what that hides, and why'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "virt" -d 'Say which hypervisor, cloud and container this is, and what shows it'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "report" -d 'Write everything as one JSON document, which --from reads back'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "agent" -d 'Talk to a guest agent: guestd or qemu-ga, in this guest or from its host'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "hooks" -d 'Quiesce hooks: list and check them, switch them on and off, run them without guestd'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "quiesce" -d 'Freeze and thaw through guestd, and see what each freeze did'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "metrics" -d 'What guestd has counted since it started, as Prometheus text'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "bmc" -d 'The address of the machine\'s BMC: what guestd announces to the host, and by hand'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "config" -d 'The configuration of this machine\'s guestd: is it well, what is in force, and from where'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "support-bundle" -d 'Put all that helps others to help into one tar: report, freezes, configuration, metrics, journal'
complete -c guestctl -n "__fish_guestctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -l cpu -d 'Ask this logical CPU, counted from 0' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -l leaf -d 'Only this leaf, in hexadecimal, with an optional subleaf: 1, 0x80000008, 0xd.1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -l raw -d 'Registers as they are, not decoded'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -f -a "features" -d 'List the named CPUID bits that are present'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -f -a "diff" -d 'Compare two CPUs by feature name and by register'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -f -a "dump" -d 'Write every leaf of every CPU in a format that can be read back'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -f -a "check" -d 'Compare the CPUs of a machine with each other, and CPUID with the kernel\'s flags'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and not __fish_seen_subcommand_from features diff dump check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from features" -l cpu -d 'Ask this logical CPU, counted from 0' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from features" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from features" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from features" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from features" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from features" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from features" -s a -l all -d 'Also list what is absent, unknown, or another vendor\'s'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from features" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from diff" -l cpu -d 'Ask this logical CPU, counted from 0' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from diff" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from diff" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from diff" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from diff" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from diff" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from diff" -l volatile -d 'Also show the volatile fields, such as APIC ids'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from dump" -l format -d 'The format of the dump [default: native]' -r -f -a "native\t'Our own JSON, which keeps everything'
etallen\t'The text of etallen\'s `cpuid -r`, for `cpuid -f`'
libvirt\t'libvirt\'s XML, one CPU'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from dump" -l cpu -d 'Ask this logical CPU, counted from 0' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from dump" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from dump" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from dump" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from dump" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from dump" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from dump" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from check" -l cpu -d 'Ask this logical CPU, counted from 0' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from check" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from check" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from check" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from check" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from check" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from help" -f -a "features" -d 'List the named CPUID bits that are present'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Compare two CPUs by feature name and by register'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from help" -f -a "dump" -d 'Write every leaf of every CPU in a format that can be read back'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from help" -f -a "check" -d 'Compare the CPUs of a machine with each other, and CPUID with the kernel\'s flags'
complete -c guestctl -n "__fish_guestctl_using_subcommand cpu; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -f -a "list" -d 'List the modes'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -f -a "show" -d 'Show what one mode presents, and how that is known'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -f -a "matrix" -d 'Show which mode has which feature; `-o html` is made for it'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -f -a "fleet" -d 'Find the highest mode that all machines share, and who holds it back'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -f -a "check" -d 'Tell whether a guest started on --from can move to --to'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and not __fish_seen_subcommand_from list show matrix fleet check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from list" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from list" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from list" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from list" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from list" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from show" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from show" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from show" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from show" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from show" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from matrix" -l vendor -d 'Only this vendor\'s modes' -r -f -a "intel\t''
amd\t''"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from matrix" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from matrix" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from matrix" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from matrix" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from matrix" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from matrix" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from fleet" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from fleet" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from fleet" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from fleet" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from fleet" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from fleet" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from check" -l to -d 'The capture of the target; `live` is this machine, - is standard input' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from check" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from check" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from check" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from check" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from check" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the modes'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what one mode presents, and how that is known'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from help" -f -a "matrix" -d 'Show which mode has which feature; `-o html` is made for it'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from help" -f -a "fleet" -d 'Find the highest mode that all machines share, and who holds it back'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from help" -f -a "check" -d 'Tell whether a guest started on --from can move to --to'
complete -c guestctl -n "__fish_guestctl_using_subcommand evc; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand virt" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand virt" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand virt" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand virt" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand virt" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand virt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand report" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand report" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand report" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand report" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand report" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand report" -l line -d 'The whole document in one line (NDJSON)'
complete -c guestctl -n "__fish_guestctl_using_subcommand report" -l nfd -d 'Labels for Kubernetes\' Node Feature Discovery instead: a file for its features.d'
complete -c guestctl -n "__fish_guestctl_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "ping" -d 'Ask whether the agent answers, and how fast'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "info" -d 'Show the agent\'s version and which commands it allows here'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "call" -d 'Run any command of the agent and show what it returns, as JSON'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "exec" -d 'Run a program inside as if it ran here; its exit code becomes ours'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "file" -d 'Copy files to and from the inside'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "cp" -d 'Copy a file between here and the inside, whose paths begin with :'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "os" -d 'Show its operating system, name, time and load'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "users" -d 'List who is logged in'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "cpus" -d 'List its CPUs'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "net" -d 'List its network interfaces, addresses and traffic'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "routes" -d 'List its routes'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "fsinfo" -d 'List its mounted filesystems, and on which disks they are'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "disks" -d 'List its disks and partitions'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "freeze" -d 'Freeze its filesystems; nothing can be written there until `thaw`'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "thaw" -d 'Thaw its filesystems'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "frozen" -d 'Say whether its filesystems are frozen'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "trim" -d 'Tell its disks which blocks its filesystems do not use'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "shutdown" -d 'Power it off, or restart it'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "suspend" -d 'Suspend it'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "set-time" -d 'Set its clock to ours'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "passwd" -d 'Set a user\'s password, read from standard input'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "keys" -d 'List, add or remove the SSH keys that may log in as a user'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and not __fish_seen_subcommand_from ping info call exec file cp os users cpus net routes fsinfo disks freeze thaw frozen trim shutdown suspend set-time passwd keys help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from ping" -s c -l count -d 'How many times' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from ping" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from ping" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from ping" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from ping" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from ping" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from ping" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from ping" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from ping" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from ping" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from info" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from info" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from info" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from info" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from info" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from info" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from info" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from info" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from call" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from call" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from call" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from call" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from call" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from call" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from call" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from call" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from call" -l silent -d 'Do not wait for a result; for commands that answer only if they fail'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from call" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -s e -l env -d 'A variable of its environment, added to the agent\'s (qemu-ga: instead); several times' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -s d -l directory -d 'Run it in this directory (guestd)' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -s u -l user -d 'Run it as this user (guestd)' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -l limit -d 'End it after so many seconds (guestd)' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -l wait -d 'Stop waiting after so many seconds; the program runs on' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -s i -l input -d 'Give it our standard input; up to 8 MiB with qemu-ga'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -f -a "get" -d 'Fetch a file from the inside'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -f -a "put" -d 'Bring a file to the inside; an existing one is overwritten'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -f -a "cat" -d 'Show a file from the inside'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from file" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cp" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cp" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cp" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cp" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cp" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cp" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cp" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cp" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from os" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from os" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from os" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from os" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from os" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from os" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from os" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from os" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from os" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from users" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from users" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from users" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from users" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from users" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from users" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from users" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from users" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from users" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cpus" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cpus" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cpus" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cpus" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cpus" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cpus" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cpus" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cpus" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from cpus" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from net" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from net" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from net" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from net" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from net" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from net" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from net" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from net" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from net" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from routes" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from routes" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from routes" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from routes" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from routes" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from routes" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from routes" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from routes" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from routes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from fsinfo" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from fsinfo" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from fsinfo" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from fsinfo" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from fsinfo" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from fsinfo" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from fsinfo" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from fsinfo" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from fsinfo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from disks" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from disks" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from disks" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from disks" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from disks" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from disks" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from disks" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from disks" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from disks" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from freeze" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from freeze" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from freeze" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from freeze" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from freeze" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from freeze" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from freeze" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from freeze" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from freeze" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from thaw" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from thaw" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from thaw" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from thaw" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from thaw" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from thaw" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from thaw" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from thaw" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from thaw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from frozen" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from frozen" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from frozen" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from frozen" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from frozen" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from frozen" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from frozen" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from frozen" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from frozen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from trim" -l minimum -d 'Leave out free ranges of fewer bytes' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from trim" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from trim" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from trim" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from trim" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from trim" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from trim" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from trim" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from trim" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from trim" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -l reboot -d 'Restart it'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -l halt -d 'Halt it without powering it off'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from shutdown" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from suspend" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from suspend" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from suspend" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from suspend" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from suspend" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from suspend" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from suspend" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from suspend" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from suspend" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from set-time" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from set-time" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from set-time" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from set-time" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from set-time" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from set-time" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from set-time" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from set-time" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from set-time" -l from-rtc -d 'Set it to its own hardware clock instead'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from set-time" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from passwd" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from passwd" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from passwd" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from passwd" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from passwd" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from passwd" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from passwd" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from passwd" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from passwd" -l crypted -d 'What comes is the hash, as in /etc/shadow'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from passwd" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -f -a "list" -d 'List them'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -f -a "add" -d 'Add the keys of a file, one a line'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -f -a "remove" -d 'Remove the keys of a file, one a line'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from keys" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "ping" -d 'Ask whether the agent answers, and how fast'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "info" -d 'Show the agent\'s version and which commands it allows here'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "call" -d 'Run any command of the agent and show what it returns, as JSON'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "exec" -d 'Run a program inside as if it ran here; its exit code becomes ours'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "file" -d 'Copy files to and from the inside'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "cp" -d 'Copy a file between here and the inside, whose paths begin with :'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "os" -d 'Show its operating system, name, time and load'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "users" -d 'List who is logged in'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "cpus" -d 'List its CPUs'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "net" -d 'List its network interfaces, addresses and traffic'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "routes" -d 'List its routes'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "fsinfo" -d 'List its mounted filesystems, and on which disks they are'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "disks" -d 'List its disks and partitions'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "freeze" -d 'Freeze its filesystems; nothing can be written there until `thaw`'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "thaw" -d 'Thaw its filesystems'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "frozen" -d 'Say whether its filesystems are frozen'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "trim" -d 'Tell its disks which blocks its filesystems do not use'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "shutdown" -d 'Power it off, or restart it'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "suspend" -d 'Suspend it'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "set-time" -d 'Set its clock to ours'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "passwd" -d 'Set a user\'s password, read from standard input'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "keys" -d 'List, add or remove the SSH keys that may log in as a user'
complete -c guestctl -n "__fish_guestctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -f -a "list" -d 'What would be run, in order, and what would not, and why'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -f -a "check" -d 'The same, and whether something is wrong: exit code 1 where a hook is refused'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -f -a "enable" -d 'Switch on a hook that was shipped with guestd'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -f -a "disable" -d 'Switch off a hook'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -f -a "run" -d 'Run hooks as another agent does at a snapshot; works without guestd'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -f -a "install" -d 'Have another agent run our hooks'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -f -a "uninstall" -d 'Take away what `install` wrote'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -f -a "hold" -d 'Keeps hooks between `run freeze` and `run thaw`'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and not __fish_seen_subcommand_from list check enable disable run install uninstall hold help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from list" -l dialect -d 'Also run what lies in the places of this platform: qemu-ga, open-vm-tools, nutanix, google. Adds to what guestd.toml says' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from list" -l timeout -d 'How long one hook may take, in seconds, unless guestd.toml says so of that hook; 30, or what guestd.toml says' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from list" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from list" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from list" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from list" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from list" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from check" -l dialect -d 'Also run what lies in the places of this platform: qemu-ga, open-vm-tools, nutanix, google. Adds to what guestd.toml says' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from check" -l timeout -d 'How long one hook may take, in seconds, unless guestd.toml says so of that hook; 30, or what guestd.toml says' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from check" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from check" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from check" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from check" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from check" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from enable" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from enable" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from enable" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from enable" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from enable" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from disable" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from disable" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from disable" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from disable" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from disable" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from run" -l dialect -d 'Also run what lies in the places of this platform: qemu-ga, open-vm-tools, nutanix, google. Adds to what guestd.toml says' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from run" -l timeout -d 'How long one hook may take, in seconds, unless guestd.toml says so of that hook; 30, or what guestd.toml says' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from run" -l deadline -d 'Let go by itself after so many seconds' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from run" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from run" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from run" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from run" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from run" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from install" -l for -d 'The agent that is to run our hooks' -r -f -a "open-vm-tools\t''
qemu-ga\t''
nutanix\t''
google\t''
azure\t''"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from install" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from install" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from install" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from install" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from install" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from uninstall" -l for -d 'The agent that is to run our hooks' -r -f -a "open-vm-tools\t''
qemu-ga\t''
nutanix\t''
google\t''
azure\t''"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from uninstall" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from uninstall" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from uninstall" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from uninstall" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from uninstall" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from uninstall" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from hold" -l dialect -d 'Also run what lies in the places of this platform: qemu-ga, open-vm-tools, nutanix, google. Adds to what guestd.toml says' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from hold" -l timeout -d 'How long one hook may take, in seconds, unless guestd.toml says so of that hook; 30, or what guestd.toml says' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from hold" -l deadline -d 'Let go by itself after so many seconds' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from hold" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from hold" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from hold" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from hold" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from hold" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from hold" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from help" -f -a "list" -d 'What would be run, in order, and what would not, and why'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from help" -f -a "check" -d 'The same, and whether something is wrong: exit code 1 where a hook is refused'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from help" -f -a "enable" -d 'Switch on a hook that was shipped with guestd'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from help" -f -a "disable" -d 'Switch off a hook'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run hooks as another agent does at a snapshot; works without guestd'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from help" -f -a "install" -d 'Have another agent run our hooks'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from help" -f -a "uninstall" -d 'Take away what `install` wrote'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from help" -f -a "hold" -d 'Keeps hooks between `run freeze` and `run thaw`'
complete -c guestctl -n "__fish_guestctl_using_subcommand hooks; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -f -a "freeze" -d 'Make applications quiet and freeze filesystems, until `thaw` or the deadline'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -f -a "thaw" -d 'Thaw what was frozen; an error if it has not stayed frozen until now'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -f -a "status" -d 'Tell what is frozen, for how long, and until when'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -f -a "run" -d 'Freeze, run a command on this side, such as one that takes a snapshot, and always thaw'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -f -a "history" -d 'List the latest freezes'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -f -a "show" -d 'Show one freeze as a timeline, the latest one if none is named'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -f -a "check" -d 'Tell what a freeze would do now, and what is wrong with that; nothing is frozen'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and not __fish_seen_subcommand_from freeze thaw status run history show check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -l at -d 'Only the filesystem mounted here; several times' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -l deadline -d 'Seconds after which the guest thaws by itself, in the place of the configured ones; 0 is never' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from freeze" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from thaw" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from thaw" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from thaw" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from thaw" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from thaw" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from thaw" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from thaw" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from thaw" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from thaw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from status" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from status" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from status" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from status" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from status" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from status" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from status" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from status" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -l at -d 'Only the filesystem mounted here; several times' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -l deadline -d 'Seconds after which the guest thaws by itself, in the place of the configured ones; 0 is never' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from history" -s l -l limit -d 'So many at most' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from history" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from history" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from history" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from history" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from history" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from history" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from history" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from history" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from show" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from show" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from show" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from show" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from show" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from show" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from show" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from show" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from check" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from check" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from check" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from check" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from check" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from check" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from check" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from check" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from help" -f -a "freeze" -d 'Make applications quiet and freeze filesystems, until `thaw` or the deadline'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from help" -f -a "thaw" -d 'Thaw what was frozen; an error if it has not stayed frozen until now'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from help" -f -a "status" -d 'Tell what is frozen, for how long, and until when'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from help" -f -a "run" -d 'Freeze, run a command on this side, such as one that takes a snapshot, and always thaw'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from help" -f -a "history" -d 'List the latest freezes'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one freeze as a timeline, the latest one if none is named'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from help" -f -a "check" -d 'Tell what a freeze would do now, and what is wrong with that; nothing is frozen'
complete -c guestctl -n "__fish_guestctl_using_subcommand quiesce; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand metrics" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand metrics" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand metrics" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand metrics" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand metrics" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand metrics" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand metrics" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand metrics" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand metrics" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -f -a "announce" -d 'Tell the host the address once; works without guestd'
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -f -a "discover" -d 'What every source says, with raw values, and which one wins'
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and not __fish_seen_subcommand_from announce discover help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -l port -d 'The name of the port; as configured, or else placemat' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -l network -d 'Refuse an address that is not in this network, in the place of the configured one' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from announce" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from discover" -l network -d 'Refuse addresses that are not in this network, in the place of the configured one' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from discover" -l socket -d 'Its Unix socket: guestd\'s, qemu-ga\'s, or the one of QEMU\'s chardev on a host' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from discover" -l vsock -d 'Its vsock address; from the guest itself the CID is 1' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from discover" -l timeout -d 'Seconds to wait for each answer; 0 waits for ever' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from discover" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from discover" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from discover" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from discover" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from discover" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from discover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from help" -f -a "announce" -d 'Tell the host the address once; works without guestd'
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from help" -f -a "discover" -d 'What every source says, with raw values, and which one wins'
complete -c guestctl -n "__fish_guestctl_using_subcommand bmc; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and not __fish_seen_subcommand_from check show where help" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and not __fish_seen_subcommand_from check show where help" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and not __fish_seen_subcommand_from check show where help" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and not __fish_seen_subcommand_from check show where help" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and not __fish_seen_subcommand_from check show where help" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and not __fish_seen_subcommand_from check show where help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and not __fish_seen_subcommand_from check show where help" -f -a "check" -d 'Is it well, and which files count; exit code 1 where it is not'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and not __fish_seen_subcommand_from check show where help" -f -a "show" -d 'What is in force, as a file that would say the same'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and not __fish_seen_subcommand_from check show where help" -f -a "where" -d 'Which line of which file each key in force is from, or that it is the default'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and not __fish_seen_subcommand_from check show where help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from check" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from check" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from check" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from check" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from show" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from show" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from show" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from where" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from where" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from where" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from where" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from where" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from where" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Is it well, and which files count; exit code 1 where it is not'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'What is in force, as a file that would say the same'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "where" -d 'Which line of which file each key in force is from, or that it is the default'
complete -c guestctl -n "__fish_guestctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand support-bundle" -l from -d 'Ask a captured CPUID dump instead of this machine; - is standard input, `live` this machine' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand support-bundle" -l root -d 'Look up /proc, /sys and /etc under this directory; the live CPU is not asked' -r -F
complete -c guestctl -n "__fish_guestctl_using_subcommand support-bundle" -s o -l output -d 'How to write the answer' -r -f -a "text\t'For a person at a terminal'
json\t'One document, for a program'
html\t'A self-contained page, for a person with a browser (cpu diff, evc matrix, quiesce show)'
svg\t'A drawing (quiesce show)'"
complete -c guestctl -n "__fish_guestctl_using_subcommand support-bundle" -l color -d 'When to use colour; auto looks at the terminal, NO_COLOR and CLICOLOR' -r -f -a "auto\t'On a terminal, unless the environment says otherwise'
always\t'Also into a file or a pipe'
never\t'Never'"
complete -c guestctl -n "__fish_guestctl_using_subcommand support-bundle" -l width -d 'Lay out text for this many columns, terminal or not' -r
complete -c guestctl -n "__fish_guestctl_using_subcommand support-bundle" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "cpu" -d 'The CPU: decode, features, differences, dumps'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "evc" -d 'Say which VMware EVC mode the guest sees, what that hides, and why'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "virt" -d 'Say which hypervisor, cloud and container this is, and what shows it'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "report" -d 'Write everything as one JSON document, which --from reads back'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "agent" -d 'Talk to a guest agent: guestd or qemu-ga, in this guest or from its host'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "hooks" -d 'Quiesce hooks: list and check them, switch them on and off, run them without guestd'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "quiesce" -d 'Freeze and thaw through guestd, and see what each freeze did'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "metrics" -d 'What guestd has counted since it started, as Prometheus text'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "bmc" -d 'The address of the machine\'s BMC: what guestd announces to the host, and by hand'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "config" -d 'The configuration of this machine\'s guestd: is it well, what is in force, and from where'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "support-bundle" -d 'Put all that helps others to help into one tar: report, freezes, configuration, metrics, journal'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and not __fish_seen_subcommand_from cpu evc virt report agent hooks quiesce metrics bmc config support-bundle help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from cpu" -f -a "features" -d 'List the named CPUID bits that are present'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from cpu" -f -a "diff" -d 'Compare two CPUs by feature name and by register'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from cpu" -f -a "dump" -d 'Write every leaf of every CPU in a format that can be read back'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from cpu" -f -a "check" -d 'Compare the CPUs of a machine with each other, and CPUID with the kernel\'s flags'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from evc" -f -a "list" -d 'List the modes'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from evc" -f -a "show" -d 'Show what one mode presents, and how that is known'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from evc" -f -a "matrix" -d 'Show which mode has which feature; `-o html` is made for it'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from evc" -f -a "fleet" -d 'Find the highest mode that all machines share, and who holds it back'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from evc" -f -a "check" -d 'Tell whether a guest started on --from can move to --to'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "ping" -d 'Ask whether the agent answers, and how fast'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "info" -d 'Show the agent\'s version and which commands it allows here'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "call" -d 'Run any command of the agent and show what it returns, as JSON'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "exec" -d 'Run a program inside as if it ran here; its exit code becomes ours'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "file" -d 'Copy files to and from the inside'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "cp" -d 'Copy a file between here and the inside, whose paths begin with :'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "os" -d 'Show its operating system, name, time and load'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "users" -d 'List who is logged in'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "cpus" -d 'List its CPUs'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "net" -d 'List its network interfaces, addresses and traffic'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "routes" -d 'List its routes'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "fsinfo" -d 'List its mounted filesystems, and on which disks they are'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "disks" -d 'List its disks and partitions'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "freeze" -d 'Freeze its filesystems; nothing can be written there until `thaw`'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "thaw" -d 'Thaw its filesystems'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "frozen" -d 'Say whether its filesystems are frozen'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "trim" -d 'Tell its disks which blocks its filesystems do not use'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "shutdown" -d 'Power it off, or restart it'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "suspend" -d 'Suspend it'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "set-time" -d 'Set its clock to ours'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "passwd" -d 'Set a user\'s password, read from standard input'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "keys" -d 'List, add or remove the SSH keys that may log in as a user'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from hooks" -f -a "list" -d 'What would be run, in order, and what would not, and why'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from hooks" -f -a "check" -d 'The same, and whether something is wrong: exit code 1 where a hook is refused'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from hooks" -f -a "enable" -d 'Switch on a hook that was shipped with guestd'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from hooks" -f -a "disable" -d 'Switch off a hook'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from hooks" -f -a "run" -d 'Run hooks as another agent does at a snapshot; works without guestd'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from hooks" -f -a "install" -d 'Have another agent run our hooks'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from hooks" -f -a "uninstall" -d 'Take away what `install` wrote'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from hooks" -f -a "hold" -d 'Keeps hooks between `run freeze` and `run thaw`'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from quiesce" -f -a "freeze" -d 'Make applications quiet and freeze filesystems, until `thaw` or the deadline'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from quiesce" -f -a "thaw" -d 'Thaw what was frozen; an error if it has not stayed frozen until now'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from quiesce" -f -a "status" -d 'Tell what is frozen, for how long, and until when'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from quiesce" -f -a "run" -d 'Freeze, run a command on this side, such as one that takes a snapshot, and always thaw'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from quiesce" -f -a "history" -d 'List the latest freezes'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from quiesce" -f -a "show" -d 'Show one freeze as a timeline, the latest one if none is named'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from quiesce" -f -a "check" -d 'Tell what a freeze would do now, and what is wrong with that; nothing is frozen'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from bmc" -f -a "announce" -d 'Tell the host the address once; works without guestd'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from bmc" -f -a "discover" -d 'What every source says, with raw values, and which one wins'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Is it well, and which files count; exit code 1 where it is not'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'What is in force, as a file that would say the same'
complete -c guestctl -n "__fish_guestctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "where" -d 'Which line of which file each key in force is from, or that it is the default'
