//! /proc/stat: what each CPU spent its time on (kernel `Documentation/filesystems/proc.rst`,
//! section 1.7).

use protocol::qga::cpu::{CpuStats, LinuxCpuStats};

/// The CPUs that are online. `hertz` is what a second is counted in (`USER_HZ`).
pub(crate) fn parse(text: &str, hertz: u64) -> Vec<CpuStats> {
    text.lines().filter_map(|line| cpu(line, hertz.max(1))).map(CpuStats::Linux).collect()
}

/// A line `cpuN`; the line `cpu` is the sum of the others.
fn cpu(line: &str, hertz: u64) -> Option<LinuxCpuStats> {
    let mut words = line.strip_prefix("cpu")?.split_ascii_whitespace();
    let cpu = words.next().filter(|_| !line.starts_with("cpu "))?.parse().ok()?;
    let mut next = || {
        let ticks: u64 = words.next()?.parse().ok()?;
        let milliseconds = u128::from(ticks) * 1000 / u128::from(hertz);
        Some(u64::try_from(milliseconds).unwrap_or(u64::MAX))
    };
    Some(LinuxCpuStats {
        cpu,
        user: next()?,
        nice: next()?,
        system: next()?,
        idle: next()?,
        iowait: next(),
        irq: next(),
        softirq: next(),
        steal: next(),
        guest: next(),
        guestnice: next(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Captured in a guest of Firecracker, Linux 6.18, as qemu-ga 7.2 tells it.
    #[test]
    fn ticks_become_milliseconds() {
        let text = "cpu  53150 0 17280 804320 1251 0 148 70 0 0\n\
                    cpu0 23724 0 7823 406215 163 0 30 34 0 0\n\
                    cpu1 29425 0 9457 398105 1088 0 117 35 0 0\n\
                    intr 947688 0 0\nctxt 1612949\n";
        let stats = parse(text, 100);
        assert_eq!(stats.len(), 2);
        let expected = LinuxCpuStats {
            cpu: 1,
            user: 294_250,
            nice: 0,
            system: 94_570,
            idle: 3_981_050,
            iowait: Some(10_880),
            irq: Some(0),
            softirq: Some(1170),
            steal: Some(350),
            guest: Some(0),
            guestnice: Some(0),
        };
        assert_eq!(stats[1], CpuStats::Linux(expected));
    }

    #[test]
    fn an_old_kernel_has_fewer_columns_and_a_new_one_may_have_more() {
        let [CpuStats::Linux(old), CpuStats::Linux(new)] =
            parse("cpu0 1 2 3 4\ncpu1 1 2 3 4 5 6 7 8 9 10 11 12\n", 1000)[..]
        else {
            panic!("two CPUs");
        };
        assert_eq!((old.idle, old.iowait, old.guestnice), (4, None, None));
        assert_eq!((new.guest, new.guestnice), (Some(9), Some(10)));
    }

    #[test]
    fn what_is_no_cpu_is_passed_over() {
        let text = "cpu1 1 2 3\ncpuX 1 2 3 4\n cpu5 1 2 3 4\ncpu7 -1 2 3 4\ncpufreq 1 2 3 4\n\
                    cpu8 99999999999999999999 1 1 1\ncpu 1 2 3 4\ncpu\n\n";
        assert_eq!(parse(text, 100), []);
        let [CpuStats::Linux(huge)] = parse("cpu9 18446744073709551615 0 0 0 x", 0)[..] else {
            panic!("one CPU");
        };
        assert_eq!((huge.user, huge.iowait), (u64::MAX, None));
    }
}
