//! A machine as labels of Kubernetes' Node Feature Discovery: what its local source reads from
//! /etc/kubernetes/node-feature-discovery/features.d (customization guide of NFD, "Local
//! feature source"): one `name=value` a line, which becomes
//! `feature.node.kubernetes.io/name=value` of the node.

use crate::report::Report;

/// The longest value of a label (Kubernetes, "Labels and Selectors").
const LONGEST: usize = 63;

/// The lines for a machine, each with its newline. A fact that is not known has no line.
pub fn features(report: &Report) -> String {
    let Report { cpu, evc, virt, .. } = report;
    let mut lines =
        vec![line("evc.verdict", evc.verdict.name()), line("virt.vm", virt.systemd_new)];
    lines.extend(evc.mode.map(|mode| line("evc.mode", mode)));
    lines.extend(cpu.level.highest.map(|level| line("cpu.level", level)));
    lines.extend(virt.vendor.as_deref().map(|vendor| line("virt.vendor", vendor)));
    lines.extend(virt.cloud.as_ref().map(|cloud| line("virt.cloud", cloud.id)));
    lines.extend(virt.nesting.nested.map(|nested| line("virt.nested", &nested.to_string())));
    let hidden = evc.hidden.iter();
    lines.extend(hidden.map(|feature| line(&format!("evc.hidden.{}", feature.name), "true")));
    lines.concat()
}

fn line(name: &str, value: &str) -> String {
    format!("guestd-{name}={}\n", label(value))
}

/// A value that Kubernetes takes: letters, digits and `-._`, the first and the last of them a
/// letter or digit.
fn label(value: &str) -> String {
    let kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let value: String = value.chars().map(|c| if kept(c) { c } else { '-' }).collect();
    let value = value.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let value = value.get(..LONGEST).unwrap_or(value);
    value.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_becomes_one_that_kubernetes_takes() {
        assert_eq!(label("intel-haswell"), "intel-haswell");
        assert_eq!(label("Microsoft Hyper-V (WSL)"), "Microsoft-Hyper-V--WSL");
        assert_eq!(label("\"é\""), "");
        let long = format!("{}-b", "a".repeat(62));
        assert_eq!(label(&long), "a".repeat(62));
    }
}
