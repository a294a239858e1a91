//! Starting a cluster, and asking it.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;

/// Longest that anything may take, on a machine that is small and busy. Nothing waits so long that need not.
pub const LIMIT: Duration = Duration::from_secs(900);

/// A scheduler and two executors, which end with the test.
pub struct Cluster {
    pub address: String,
    pub executors: Vec<Executor>,
    scheduler: Child,
    folder: tempfile::TempDir,
}

pub struct Executor {
    child: Child,
    /// Where it keeps results between the steps of a query.
    pub work: PathBuf,
}

impl Cluster {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// As [`Cluster::start`], with these settings in the environment of each process.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let scheduler = spawn(folder.path(), "scheduler", &["scheduler", "--listen", &address], settings);
        let mut cluster = Self { address, executors: Vec::new(), scheduler, folder };
        cluster.wait_for(port);
        for name in ["first", "second"] {
            cluster.add_executor(name, settings);
        }
        cluster
    }

    fn add_executor(&mut self, name: &str, settings: &[(&str, &str)]) {
        let (port, task_port) = (free_port(), free_port().to_string());
        let work = self.folder.path().join(name).join("work");
        let listen = format!("127.0.0.1:{port}");
        let arguments = ["executor", "--scheduler", &self.address, "--listen", &listen, "--task-port", &task_port];
        let more = ["--cores", "1", "--work-dir", work.to_str().unwrap()];
        let child = spawn(self.folder.path(), name, &[&arguments[..], &more].concat(), settings);
        self.executors.push(Executor { child, work });
        // It serves results only once the scheduler knows it.
        self.wait_for(port);
    }

    fn wait_for(&mut self, port: u16) {
        poll("a service to listen", || {
            assert!(self.scheduler.try_wait().unwrap().is_none(), "the scheduler has ended\n{}", self.logs());
            let ended = self.executors.iter_mut().any(|executor| executor.child.try_wait().unwrap().is_some());
            assert!(!ended, "an executor has ended\n{}", self.logs());
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
    }

    /// What the processes have said.
    pub fn logs(&self) -> String {
        let names = ["scheduler", "first", "second"];
        let log = |name: &&str| fs::read_to_string(self.folder.path().join(format!("{name}.log"))).unwrap_or_default();
        names.iter().map(|name| format!("── {name}\n{}\n", log(name))).collect()
    }

    /// A command that this cluster answers.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command.args(["--engine", &format!("ballista://{}", self.address)]);
        command
    }

    /// What a command prints that this cluster answers.
    pub fn ask(&self, arguments: &[&str]) -> String {
        self.printed(&self.command(arguments).output().unwrap())
    }

    /// What a command has printed that must have gone well.
    pub fn printed(&self, output: &Output) -> String {
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}\n{}", output.status, self.logs());
        String::from_utf8(output.stdout.clone()).unwrap()
    }
}

impl Executor {
    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for child in self.executors.iter_mut().map(|e| &mut e.child).chain([&mut self.scheduler]) {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The command line, with nothing of the caller's settings.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin("casefile-cluster"));
    command.args(arguments).env_remove("CASEFILE_ENGINE").env_remove("CASEFILE_STORE").stdin(Stdio::null());
    command
}

/// What the engine in the program itself answers.
pub fn ask(arguments: &[&str]) -> String {
    let output = program(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Tries until there is something, up to the limit.
pub fn poll<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = attempt() {
            return found;
        }
        assert!(start.elapsed() < LIMIT, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn spawn(folder: &Path, name: &str, arguments: &[&str], settings: &[(&str, &str)]) -> Child {
    let log = File::create(folder.join(format!("{name}.log"))).unwrap();
    let mut command = program(arguments);
    command.envs(settings.iter().copied()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
