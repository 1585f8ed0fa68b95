//! The keys of guestd.toml that are about hooks. The agent obeys them, and so does whoever runs
//! its hooks without it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::{Dialect, HookSettings, OnFailure, Seconds, Settings};

/// What files say in `[quiesce]`. What is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Configured {
    /// The one hook of qemu-ga; naming it switches its dialect on.
    pub qemu_ga_hook: Option<PathBuf>,
    /// Whose hooks are run.
    pub dialects: Option<Vec<Dialect>>,
    /// How long one call of a hook may take.
    pub hook_timeout: Option<Seconds>,
    /// How long all freeze hooks together may take.
    pub hooks_timeout: Option<Seconds>,
    /// The second argument of open-vm-tools' scripts.
    pub script_argument: Option<String>,
    /// `[quiesce.hook.NAME]`.
    #[serde(default)]
    pub hook: BTreeMap<String, HookKeys>,
}

/// `[quiesce.hook.NAME]`: what is special about one hook.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HookKeys {
    /// How long one call may take.
    pub timeout: Option<Seconds>,
    /// What a failed freeze means.
    pub on_failure: Option<OnFailure>,
    /// The user it runs as.
    pub user: Option<String>,
    /// Its place, instead of the number in its name.
    pub order: Option<u32>,
}

impl Configured {
    /// What a later file says, over what earlier ones do: key by key.
    #[must_use]
    pub fn over(self, mut below: Self) -> Self {
        for (name, keys) in self.hook {
            let old = below.hook.remove(&name).unwrap_or_default();
            let keys = HookKeys {
                timeout: keys.timeout.or(old.timeout),
                on_failure: keys.on_failure.or(old.on_failure),
                user: keys.user.or(old.user),
                order: keys.order.or(old.order),
            };
            below.hook.insert(name, keys);
        }
        Self {
            qemu_ga_hook: self.qemu_ga_hook.or(below.qemu_ga_hook),
            dialects: self.dialects.or(below.dialects),
            hook_timeout: self.hook_timeout.or(below.hook_timeout),
            hooks_timeout: self.hooks_timeout.or(below.hooks_timeout),
            script_argument: self.script_argument.or(below.script_argument),
            hook: below.hook,
        }
    }

    /// The settings that follow from it.
    ///
    /// # Errors
    /// A time of 0: the key, and what is wrong.
    pub fn settings(self) -> Result<Settings, (String, String)> {
        let default = Settings::default();
        let mut dialects = self.dialects.map_or(default.dialects, |own| own.into_iter().collect());
        if self.qemu_ga_hook.is_some() {
            dialects.insert(Dialect::QemuGa);
        }
        let mut per_hook = BTreeMap::new();
        for (name, keys) in self.hook {
            let timeout = keys.timeout.map(|time| more(&format!("hook.{name}.timeout"), time));
            let HookKeys { on_failure, user, order, .. } = keys;
            let timeout = timeout.transpose()?;
            per_hook.insert(name, HookSettings { timeout, on_failure, user, order });
        }
        let time = |key: &str, said: Option<Seconds>, default: Duration| {
            said.map_or(Ok(default), |time| more(key, time))
        };
        Ok(Settings {
            dialects,
            timeout: time("hook-timeout", self.hook_timeout, default.timeout)?,
            phase_timeout: time("hooks-timeout", self.hooks_timeout, default.phase_timeout)?,
            per_hook,
            qemu_ga_hook: self.qemu_ga_hook,
            script_argument: self.script_argument,
            ..Settings::default()
        })
    }
}

/// A time that is not 0.
fn more(key: &str, Seconds(time): Seconds) -> Result<Duration, (String, String)> {
    if time.is_zero() {
        let key = format!("quiesce.{key}");
        let what = format!("{key} has to be more than 0: a freeze that waits for ever is none");
        return Err((key, what));
    }
    Ok(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeout(seconds: u64) -> HookKeys {
        let timeout = Some(Seconds(Duration::from_secs(seconds)));
        HookKeys { timeout, ..HookKeys::default() }
    }

    #[test]
    fn later_files_overrule_key_by_key_down_to_single_hooks() {
        let below = Configured {
            hook_timeout: Some(Seconds(Duration::from_secs(5))),
            script_argument: Some("below".to_owned()),
            hook: BTreeMap::from([("a".to_owned(), timeout(7)), ("b".to_owned(), timeout(8))]),
            ..Configured::default()
        };
        let user = HookKeys { user: Some("u".to_owned()), ..HookKeys::default() };
        let above = Configured {
            script_argument: Some("above".to_owned()),
            qemu_ga_hook: Some("/hook".into()),
            hook: BTreeMap::from([("a".to_owned(), user), ("b".to_owned(), timeout(9))]),
            ..Configured::default()
        };
        let settings = above.over(below).settings().unwrap();
        assert_eq!(settings.timeout, Duration::from_secs(5));
        assert_eq!(settings.script_argument.as_deref(), Some("above"));
        assert!(settings.dialects.contains(&Dialect::QemuGa));
        let a = &settings.per_hook["a"];
        assert_eq!((a.timeout, a.user.as_deref()), (Some(Duration::from_secs(7)), Some("u")));
        assert_eq!(settings.per_hook["b"].timeout, Some(Duration::from_secs(9)));
    }

    #[test]
    fn nothing_said_is_the_default_and_a_time_of_0_is_named() {
        assert_eq!(Configured::default().settings().unwrap(), Settings::default());
        let hook = BTreeMap::from([("a".to_owned(), timeout(0))]);
        let (key, what) = Configured { hook, ..Configured::default() }.settings().unwrap_err();
        assert_eq!(key, "quiesce.hook.a.timeout");
        assert!(what.contains("more than 0"), "{what}");
    }
}
