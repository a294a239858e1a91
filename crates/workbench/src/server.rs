//! The server: one port of this machine, and the threads behind it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use casefile_case::LoadError;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, Sleep, sleep, timeout};

use crate::api::{self, Bench};
use crate::desk::{Desk, Open};
use crate::guard::Guard;
use crate::limits::Limits;

/// Threads for work that blocks: queries, checks, files.
const WORKERS: usize = 16;
/// How long requests that are being answered may take when the server is told to stop.
const LAST_CALL: Duration = Duration::from_secs(3);

/// What is to be served, and how.
pub struct Options {
    /// The case's folder.
    pub case: PathBuf,
    /// The port; a free one for 0.
    pub port: u16,
    /// Opens the case's data.
    pub open: Open,
    /// What the server takes on.
    pub limits: Limits,
}

/// Why a case cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The folder is no case.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The port cannot be had.
    #[error(
        "cannot listen on 127.0.0.1:{port}: {source}\nhint: choose another port with --port, or leave it out for a free one"
    )]
    Port {
        /// The port asked for.
        port: u16,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The system gives no random bytes for the token.
    #[error("cannot make a token: {0}")]
    Token(#[from] getrandom::Error),
    /// The server cannot run.
    #[error("the server cannot run: {0}")]
    Run(#[from] io::Error),
}

/// A server that has its port, and does not answer yet.
pub struct Server {
    listener: std::net::TcpListener,
    guard: Guard,
    desk: Arc<Desk>,
    limits: Limits,
    stop: watch::Sender<bool>,
}

/// Ends a server from another thread.
#[derive(Debug, Clone)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// Lets what is being answered be finished, and takes on nothing new.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Reads the case and takes the port, on this machine only.
    ///
    /// # Errors
    /// Where the folder is no case, or the port is taken.
    pub fn bind(options: Options) -> Result<Self, ServeError> {
        let Options { case, port, open, limits } = options;
        let desk = Desk::new(&case, open)?;
        let wrap = |source| ServeError::Port { port, source };
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map_err(wrap)?;
        listener.set_nonblocking(true)?;
        let guard = Guard::new(listener.local_addr()?.port())?;
        Ok(Self { listener, guard, desk, limits, stop: watch::channel(false).0 })
    }

    /// The address to open, with the token in it.
    #[must_use]
    pub fn url(&self) -> String {
        self.guard.url()
    }

    /// Whether the web app was built into the program.
    #[must_use]
    pub fn has_app(&self) -> bool {
        crate::app::is_built()
    }

    /// What ends it.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.clone())
    }

    /// Answers until Ctrl-C, SIGTERM or [`Stopper::stop`].
    ///
    /// # Errors
    /// Where the system gives no threads, or no word of signals.
    pub fn run(self) -> Result<(), ServeError> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).max_blocking_threads(WORKERS).enable_all().build()?;
        let threads = self.desk.start();
        let desk = self.desk.clone();
        let outcome = runtime.block_on(self.answer());
        desk.stop();
        // A query that is still running is not waited for.
        runtime.shutdown_background();
        drop(threads);
        Ok(outcome?)
    }

    async fn answer(self) -> io::Result<()> {
        let Self { listener, guard, desk, limits, stop } = self;
        let listener = TcpListener::from_std(listener)?;
        let app = api::router(Bench::new(desk, limits, stop.subscribe()), guard);
        tokio::spawn(signals(stop.clone()));
        let mut stopped = stop.subscribe();
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(limits.connections));
        loop {
            let accepted = async {
                let place = room.clone().acquire_owned().await.map_err(io::Error::other)?;
                Ok::<_, io::Error>((listener.accept().await?.0, place))
            };
            let (stream, place) = tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => break,
                accepted = accepted => match accepted {
                    Ok(accepted) => accepted,
                    // Too many open files, or a client that is gone again: the others are not to suffer.
                    Err(_) => { sleep(Duration::from_millis(50)).await; continue }
                },
            };
            let connection = graceful.watch(connection(stream, app.clone(), limits));
            tokio::spawn(async move {
                // A client that is too slow, or gone, is its own concern.
                let _ = connection.await;
                drop(place);
            });
        }
        drop(listener);
        let _ = timeout(LAST_CALL, graceful.shutdown()).await;
        Ok(())
    }
}

type Connection = http1::Connection<TokioIo<Patient>, TowerToHyperService<Router>>;

fn connection(stream: TcpStream, app: Router, limits: Limits) -> Connection {
    // Answers are whole when they are sent: waiting for more to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head_time).max_headers(64);
    http.serve_connection(TokioIo::new(Patient::new(stream, limits.write_time)), TowerToHyperService::new(app))
}

/// A connection that gives up on a client which takes nothing of its answer.
struct Patient {
    stream: TcpStream,
    patience: Duration,
    since: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream, patience: Duration) -> Self {
        Self { stream, patience, since: None }
    }

    fn judge<T>(&mut self, context: &mut Context<'_>, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.since = None;
            return poll;
        }
        let until = Instant::now() + self.patience;
        let since = self.since.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        match since.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Turns Ctrl-C and SIGTERM into the word to stop.
async fn signals(stop: watch::Sender<bool>) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return;
        };
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    stop.send_replace(true);
}
