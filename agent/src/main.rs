//! guestd: the guest agent.

fn main() -> std::process::ExitCode {
    guestd::start::main()
}
