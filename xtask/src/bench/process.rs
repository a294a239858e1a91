//! What a process costs, as Linux tells it: wall time, processor time and peak memory.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often a running process is looked at. Wall time is as exact as this; peak memory lacks what a process takes for
/// the first time within so long before its end.
const GLANCE: Duration = Duration::from_millis(2);

/// Processor time in `/proc/PID/stat` is in hundredths of a second, whatever the kernel's own clock.
const TICKS: f64 = 100.0;

/// What one run cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cost {
    /// Seconds from the start of the process to its end.
    pub(super) wall: f64,
    /// Seconds of processor time, of user and system, of all threads.
    pub(super) cpu: f64,
    /// The most memory resident at once, in MB (10⁶ bytes).
    pub(super) memory: f64,
}

/// Runs a command that must succeed, and tells its cost. Its own children are not counted.
pub(super) fn cost(command: &mut Command) -> Result<Cost, String> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().map_err(|error| format!("{command:?}: {error}"))?;
    let folder = format!("/proc/{}", child.id());
    let mut memory = 0.0_f64;
    // The system keeps the record of an ended process until it is waited for.
    let (wall, cpu) = loop {
        let stat = fs::read_to_string(format!("{folder}/stat")).map_err(|e| format!("{folder}/stat: {e}"))?;
        let (ended, cpu) = parse_stat(&stat).ok_or_else(|| format!("{folder}/stat is not as on Linux: {stat}"))?;
        if ended {
            break (start.elapsed().as_secs_f64(), cpu);
        }
        let status = fs::read_to_string(format!("{folder}/status")).unwrap_or_default();
        memory = memory.max(peak(&status).unwrap_or_default());
        std::thread::sleep(GLANCE);
    };
    match child.wait() {
        Ok(status) if status.success() => Ok(Cost { wall, cpu, memory }),
        Ok(status) => Err(format!("{command:?} failed: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}

/// Whether the process has ended, and its seconds of processor time. The name in brackets may hold anything.
fn parse_stat(stat: &str) -> Option<(bool, f64)> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((matches!(*fields.first()?, "Z" | "X"), (ticks(11)? + ticks(12)?) / TICKS))
}

/// The peak of resident memory in MB.
fn peak(status: &str) -> Option<f64> {
    let kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?;
    Some(kib.trim().parse::<f64>().ok()? * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_records_of_a_process_are_read() {
        let stat = "41 (a ) b) Z 1 41 41 0 -1 4194316 300 0 0 0 250 50 7 8 20 0 1 0 9000 0 0";
        assert_eq!(parse_stat(stat), Some((true, 3.0)));
        assert_eq!(parse_stat(&stat.replace(") Z", ") R")), Some((false, 3.0)));
        assert_eq!(parse_stat("41 (a"), None);
        assert_eq!(peak("VmPeak:\t 9 kB\nVmHWM:\t  250000 kB\n"), Some(256.0));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_sleeps_takes_wall_time_and_one_that_fails_is_told() {
        let slept = cost(Command::new("sleep").arg("0.05")).unwrap();
        assert!(slept.wall >= 0.05 && slept.cpu < slept.wall && slept.memory > 0.0, "{slept:?}");
        assert!(cost(&mut Command::new("false")).unwrap_err().contains("failed"));
    }
}
