//! What the agent counts from its start on, in the text format of Prometheus 0.0.4: a `# TYPE`
//! line for each name, and a line for each set of labels.

pub(crate) mod file;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use introspect::cpuid::live;
use introspect::report::report;
use tokio::sync::Notify;

use crate::agent::Agent;
use crate::command;
use crate::config::settings::VERSION;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The command did what it was asked for, or began to answer.
    Ok,
    /// The command failed.
    Failed,
    /// The policy of the channel, or a freeze, did not let it run.
    Refused,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Ok, Self::Failed, Self::Refused];

    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
}

/// The counters. There is one for each command that exists and each outcome, so a host
/// cannot make them more, whatever it sends.
#[derive(Debug)]
pub(crate) struct Metrics {
    requests: BTreeMap<&'static str, [AtomicU64; Outcome::ALL.len()]>,
    invalid: AtomicU64,
    /// Seconds since 1970 at the start.
    started: f64,
    /// What does not change while this machine runs; made when it is asked for first.
    machine: OnceLock<String>,
    /// Something else is to be told than before.
    pub(crate) news: Arc<Notify>,
}

impl Metrics {
    /// Nothing counted yet. `news` is told of what is.
    pub(crate) fn new(news: Arc<Notify>) -> Self {
        let requests = command::all().map(|command| (command.name, Default::default())).collect();
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            requests,
            invalid: AtomicU64::new(0),
            started: started.as_secs_f64(),
            machine: OnceLock::new(),
            news,
        }
    }

    /// Counts a request for a command that exists.
    pub(crate) fn count(&self, command: &'static str, outcome: Outcome) {
        if let Some(counters) = self.requests.get(command) {
            counters[outcome as usize].fetch_add(1, Ordering::Relaxed);
            self.news.notify_one();
        }
    }

    /// Counts a request that is none, or is for a command that does not exist.
    pub(crate) fn count_invalid(&self) {
        self.invalid.fetch_add(1, Ordering::Relaxed);
        self.news.notify_one();
    }

    /// The lines of the requests. What never happened has none.
    fn write(&self, out: &mut String) {
        out.push_str("# TYPE guestd_requests_total counter\n");
        for (command, counters) in &self.requests {
            for outcome in Outcome::ALL {
                let count = counters[outcome as usize].load(Ordering::Relaxed);
                if count > 0 {
                    let result = outcome.name();
                    // Writing to a String does not fail.
                    let _ = writeln!(
                        out,
                        "guestd_requests_total{{command=\"{command}\",result=\"{result}\"}} {count}"
                    );
                }
            }
        }
        let invalid = self.invalid.load(Ordering::Relaxed);
        let _ = writeln!(out, "# TYPE guestd_requests_invalid_total counter");
        let _ = writeln!(out, "guestd_requests_invalid_total {invalid}");
    }
}

/// All that the agent has to tell, made from memory alone but for the machine's line.
pub(crate) fn text(agent: &Agent) -> String {
    let mut out = String::new();
    let frozen = u8::from(agent.is_frozen());
    let _ = writeln!(out, "# TYPE guestd_build_info gauge");
    let _ = writeln!(out, "guestd_build_info{{version=\"{VERSION}\"}} 1");
    let _ = writeln!(out, "# TYPE guestd_start_time_seconds gauge");
    let _ = writeln!(out, "guestd_start_time_seconds {:.3}", agent.metrics.started);
    out.push_str(agent.metrics.machine.get_or_init(|| machine(agent)));
    let _ = writeln!(out, "# TYPE guestd_frozen gauge");
    let _ = writeln!(out, "guestd_frozen {frozen}");
    agent.freezer.tally().write(&mut out);
    bmc(agent, &mut out);
    agent.metrics.write(&mut out);
    out
}

/// What this machine is: the EVC mode, where it has or fits one, and the hypervisor.
fn machine(agent: &Agent) -> String {
    let Some(report) = report(&live::read_all(), Some(&agent.root())) else {
        return String::new();
    };
    let (verdict, mode) = (report.evc.verdict.name(), report.evc.mode.unwrap_or_default());
    let vm = report.virt.systemd_new;
    let level = report.cpu.level.highest.unwrap_or_default();
    format!(
        "# TYPE guestd_machine_info gauge\n\
         guestd_machine_info{{evc_verdict=\"{verdict}\",evc_mode=\"{mode}\",\
         hypervisor=\"{vm}\",cpu_level=\"{level}\"}} 1\n"
    )
}

/// The address that the host was told last. An address and the name of a source need no escapes.
fn bmc(agent: &Agent, out: &mut String) {
    if let Some(sent) = agent.bmc.in_memory().sent {
        let (address, source) = (sent.address, sent.source);
        let _ = writeln!(out, "# TYPE guestd_bmc_info gauge");
        let _ = writeln!(out, "guestd_bmc_info{{address=\"{address}\",source=\"{source}\"}} 1");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_counted_by_command_and_result() {
        let metrics = Metrics::new(Arc::default());
        for outcome in [Outcome::Ok, Outcome::Ok, Outcome::Failed] {
            metrics.count("guest-ping", outcome);
        }
        metrics.count("guest-exec", Outcome::Refused);
        metrics.count("no-command", Outcome::Ok);
        metrics.count_invalid();
        let mut text = String::new();
        metrics.write(&mut text);
        assert_eq!(
            text,
            "# TYPE guestd_requests_total counter\n\
             guestd_requests_total{command=\"guest-exec\",result=\"refused\"} 1\n\
             guestd_requests_total{command=\"guest-ping\",result=\"ok\"} 2\n\
             guestd_requests_total{command=\"guest-ping\",result=\"failed\"} 1\n\
             # TYPE guestd_requests_invalid_total counter\n\
             guestd_requests_invalid_total 1\n"
        );
    }
}
