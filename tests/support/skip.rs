//! Tests that cannot run on this machine: said loudly, counted as skipped, and not
//! allowed at all where `GUESTD_SKIP=deny` (CI).

/// Skips the calling test with a reason. For tests that return a `Result<()>`.
///
/// # Panics
/// Where `GUESTD_SKIP=deny`: then everything a test needs has to be there.
#[macro_export]
macro_rules! skip {
    ($($reason:tt)+) => {{
        $crate::skip::announce(module_path!(), &format!($($reason)+));
        return Ok(());
    }};
}

/// Skips the calling test unless all these programs are installed.
#[macro_export]
macro_rules! need {
    ($($program:expr),+ $(,)?) => {
        if let Some(missing) = $crate::packages::missing(&[$($program),+]) {
            $crate::skip!("{missing}");
        }
    };
}

/// Skips the calling test unless small guests can boot here and these programs too are
/// installed.
#[macro_export]
macro_rules! need_guest {
    ($($program:expr),* $(,)?) => {
        if let Some(missing) = $crate::packages::missing(&[&$crate::vm::NEEDS[..], &[$($program),*]].concat()) {
            $crate::skip!("{missing}");
        }
    };
}

/// Skips the calling test unless full guests can boot here and these programs too are
/// installed.
#[macro_export]
macro_rules! need_full_guest {
    ($($program:expr),* $(,)?) => {
        if let Some(missing) = $crate::packages::missing(
            &[&$crate::vm::NEEDS[..], &$crate::vm::FULL_NEEDS[..], &[$($program),*]].concat(),
        ) {
            $crate::skip!("{missing}");
        }
    };
}

/// Skips the calling test unless small guests can boot under a libvirt here and these
/// programs too are installed.
#[macro_export]
macro_rules! need_libvirt {
    ($($program:expr),* $(,)?) => {
        if let Some(missing) = $crate::packages::missing(
            &[&$crate::vm::NEEDS[..], &$crate::libvirt::NEEDS[..], &[$($program),*]].concat(),
        ) {
            $crate::skip!("{missing}");
        }
    };
}

/// Says and records that a test did not run.
///
/// # Panics
/// Where `GUESTD_SKIP=deny`.
pub fn announce(module: &str, reason: &str) {
    let thread = std::thread::current();
    // libtest names the thread after the test.
    let test = thread.name().unwrap_or(module);
    assert!(
        std::env::var_os("GUESTD_SKIP").is_none_or(|value| value != "deny"),
        "{test} cannot run, and GUESTD_SKIP=deny forbids to skip it: {reason}"
    );
    eprintln!("SKIPPED {test}: {reason}");
    crate::record::note("skipped", &format!("{test}: {reason}"));
}
