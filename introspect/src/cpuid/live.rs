//! The CPU this process runs on, and its siblings one by one.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::rc::Rc;
use std::thread;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use raw_cpuid::{CpuIdReader, CpuIdReaderNative, CpuIdResult};

use super::bounded::Bounded;
use super::capture::Capture;
use super::dump::{CpuDump, Dump, MAX_CPUS};
use super::enumerate::{all_bases, enumerate_adjacent, enumerate_at, hypervisor_bases};
use super::format::Format;
use crate::root::Root;

/// The most threads that read at the same time; more would not pay for their start.
const MAX_WORKERS: usize = 16;

/// The CPU this thread happens to run on; asked leaf by leaf, so that an answer costs
/// no more CPUID instructions than it needs.
pub fn this_cpu() -> Bounded<CpuIdReaderNative> {
    Bounded::new(CpuIdReaderNative)
}

/// Everything, from every online CPU.
///
/// Each CPU is read by a thread pinned to it; where the scheduler forbids that (a
/// container's cpuset), through /dev/cpu/N/cpuid; where neither works for any CPU,
/// the dump has the current CPU only. What could not be read is in the notes.
pub fn read_all() -> Capture {
    let mut capture = Capture::of_dump(Format::Live, Dump::default());
    let online = online_cpus().unwrap_or_else(|| {
        capture.notes.push(
            "/sys/devices/system/cpu/online cannot be read: the dump has the CPUs that this process may run on, there may be more"
                .to_owned(),
        );
        allowed_cpus()
    });
    let workers = online.len().clamp(1, MAX_WORKERS);
    let bases: Vec<u32> = all_bases().collect();
    let found = in_parallel(&bases, workers, |bases| hypervisor_bases(CpuIdReaderNative, bases));
    let dumps = in_parallel(&online, workers, |numbers| read_each(numbers, &found));
    let failed: Vec<usize> =
        dumps.iter().filter(|(_, dump)| dump.is_none()).map(|(number, _)| *number).collect();
    capture.guest.cpus = dumps.into_iter().filter_map(|(_, dump)| dump).collect();
    if capture.guest.cpus.is_empty() {
        capture.guest.cpus.push(read_this());
        capture.notes.push(
            "no CPU can be pinned and /dev/cpu/*/cpuid cannot be read: this is the CPU the reader happened to run on"
                .to_owned(),
        );
    } else if !failed.is_empty() {
        capture.notes.push(format!(
            "CPUs {failed:?} are not in the dump: the scheduler forbids pinning to them and /dev/cpu/N/cpuid cannot be read"
        ));
    }
    capture
}

/// Does the work on parts of a list at the same time and puts the results together in
/// their order. The threads are its own, because they end pinned.
fn in_parallel<T: Sync, R: Send>(
    list: &[T],
    workers: usize,
    work: impl Fn(&[T]) -> Vec<R> + Sync,
) -> Vec<R> {
    let part = list.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let started: Vec<_> = list
            .chunks(part)
            .map(|part| {
                let spawned = thread::Builder::new().spawn_scoped(scope, || work(part));
                // Out of threads or memory: better here and pinned than without an answer.
                spawned.map_err(|_| work(part))
            })
            .collect();
        started
            .into_iter()
            .flat_map(|thread| match thread {
                Ok(thread) => thread.join().unwrap_or_default(),
                Err(results) => results,
            })
            .collect()
    })
}

/// Every CPU of the list, by its number; pins the thread.
fn read_each(numbers: &[usize], hypervisors: &[u32]) -> Vec<(usize, Option<CpuDump>)> {
    let read = |number| Some(enumerate_at(Reader::of(number)?, hypervisors));
    numbers.iter().map(|number| (*number, read(*number))).collect()
}

/// Everything, from the CPU this thread happens to run on; of hypervisors those that
/// follow each other from 0x40000000 on.
pub fn read_this() -> CpuDump {
    enumerate_adjacent(CpuIdReaderNative)
}

/// The same from one CPU; `None` where it can be reached neither by pinning nor through
/// /dev/cpu/N/cpuid.
pub fn read_one(number: usize) -> Option<CpuDump> {
    Reader::of(number).map(enumerate_adjacent)
}

/// One CPU, reached one way or the other.
#[derive(Clone)]
enum Reader {
    /// The instruction, on a thread pinned to the CPU.
    Pinned,
    /// The CPU's device.
    Device(Rc<File>),
}

impl Reader {
    /// Pins the thread to the CPU, or opens its device.
    fn of(number: usize) -> Option<Self> {
        if pin(number).is_some() {
            return Some(Self::Pinned);
        }
        let file = File::open(format!("/dev/cpu/{number}/cpuid")).ok()?;
        read_device(&file, 0, 0)?;
        Some(Self::Device(Rc::new(file)))
    }
}

impl CpuIdReader for Reader {
    fn cpuid2(&self, eax: u32, ecx: u32) -> CpuIdResult {
        match self {
            Self::Pinned => CpuIdReaderNative.cpuid2(eax, ecx),
            Self::Device(file) => read_device(file, eax, ecx).unwrap_or(CpuIdResult {
                eax: 0,
                ebx: 0,
                ecx: 0,
                edx: 0,
            }),
        }
    }
}

fn pin(number: usize) -> Option<()> {
    let mut set = CpuSet::new();
    set.set(number).ok()?;
    sched_setaffinity(Pid::from_raw(0), &set).ok()
}

/// The kernel's list of online CPUs; `None` where sysfs is not mounted.
fn online_cpus() -> Option<Vec<usize>> {
    parse_cpu_list(&Root::live().text("/sys/devices/system/cpu/online")?)
}

/// The CPUs that the scheduler lets this process run on.
fn allowed_cpus() -> Vec<usize> {
    let Ok(set) = sched_getaffinity(Pid::from_raw(0)) else { return Vec::new() };
    (0..CpuSet::count()).filter(|number| set.is_set(*number).unwrap_or(false)).collect()
}

/// The kernel's list format, such as `0-3,8` (Documentation/admin-guide/cputopology.rst).
fn parse_cpu_list(list: &str) -> Option<Vec<usize>> {
    let mut cpus = Vec::new();
    for part in list.trim().split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        if last >= MAX_CPUS {
            return None;
        }
        cpus.extend(first..=last);
    }
    (cpus.len() <= MAX_CPUS).then_some(cpus)
}

/// The kernel's CPUID device of a CPU (arch/x86/kernel/cpuid.c): 16 bytes at offset
/// `leaf | subleaf << 32`.
fn read_device(file: &File, leaf: u32, subleaf: u32) -> Option<CpuIdResult> {
    let mut bytes = [0; 16];
    file.read_exact_at(&mut bytes, u64::from(leaf) | u64::from(subleaf) << 32).ok()?;
    let mut words = bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word));
    let mut word = || words.next().unwrap_or_default();
    Some(CpuIdResult { eax: word(), ebx: word(), ecx: word(), edx: word() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpuid::{Cpuid, LeafId};

    #[test]
    fn cpu_lists_read_as_the_kernel_writes_them() {
        assert_eq!(parse_cpu_list("0-3,8"), Some(vec![0, 1, 2, 3, 8]));
        assert_eq!(parse_cpu_list("0\n"), Some(vec![0]));
        assert_eq!(parse_cpu_list(""), None);
        assert_eq!(parse_cpu_list("0-99999999999"), None);
    }

    #[test]
    fn the_live_dump_has_every_online_cpu() {
        let capture = read_all();
        let online = online_cpus().expect("sysfs is mounted");
        assert_eq!(capture.guest.cpus.len(), online.len(), "{:?}", capture.notes);
        let first = &capture.guest.cpus[0];
        assert_eq!(first.get(LeafId::new(0, 0)), this_cpu().leaf(0));
    }

    #[test]
    fn without_sysfs_the_allowed_cpus_are_read() {
        let allowed = allowed_cpus();
        assert!(!allowed.is_empty());
        // On a thread of its own: reading pins it.
        let dumps = thread::spawn(move || read_each(&allowed, &[0x4000_0000])).join().unwrap();
        assert!(dumps.iter().all(|(_, dump)| dump.is_some()), "allowed means that pinning works");
    }

    #[test]
    fn the_cpuid_device_and_the_instruction_agree() {
        let Ok(file) = File::open("/dev/cpu/0/cpuid") else {
            return testing::skip::announce(module_path!(), "/dev/cpu/0/cpuid cannot be opened");
        };
        let device = enumerate_adjacent(Reader::Device(Rc::new(file)));
        let pinned = read_one(0).expect("CPU 0 can be read");
        let stable = |dump: &CpuDump| {
            dump.iter().filter(|(id, _)| id.leaf == 0 || id.leaf == 7).collect::<Vec<_>>()
        };
        assert_eq!(stable(&device), stable(&pinned));
    }
}
