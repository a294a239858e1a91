//! `casefile serve`: starts, tells its address, answers, and ends cleanly.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::desk::Desk;

struct Served {
    child: Child,
    port: u16,
    token: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(desk: &Desk, case: &str) -> Served {
    let mut command = desk.command(&["serve", case, "--no-open", "--port", "0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("http://127.0.0.1:").unwrap_or_else(|| panic!("no address: {line:?}"));
    let (port, token) = address.split_once("/?token=").unwrap();
    Served { child, port: port.parse().unwrap(), token: token.to_owned() }
}

impl Served {
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let Self { port, token, .. } = self;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: casefile-{port}={token}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        said
    }

    /// Its exit code, once it has ended.
    fn ended(&mut self) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it did not end");
    }
}

#[cfg(unix)]
#[test]
fn it_starts_answers_and_ends_when_told() {
    let desk = Desk::with_exland();
    for signal in ["-TERM", "-INT"] {
        let mut served = serve(&desk, "exland");
        assert!(served.get("/api/case").contains("\"title\":\"Exland\""));
        assert!(served.get("/").starts_with("HTTP/1.1 200"));
        let told = std::process::Command::new("kill").args([signal, &served.child.id().to_string()]).status();
        assert!(told.unwrap().success());
        assert_eq!(served.ended(), Some(0), "{signal}");
        assert!(TcpStream::connect(("127.0.0.1", served.port)).is_err());
    }
}

#[test]
fn a_folder_that_is_no_case_and_a_port_that_is_taken_are_told_of() {
    let desk = Desk::with_exland();
    let said = desk.run(&["serve", "nothing", "--no-open"]);
    assert_eq!((said.code, said.err.contains("there is no folder nothing")), (2, true), "{said}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = desk.run(&["serve", "exland", "--no-open", "--port", &port]);
    assert_eq!((said.code, said.err.contains("choose another port with --port")), (2, true), "{said}");
}
