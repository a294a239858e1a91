//! The workbench: a local web application in which a case is read, explored, checked and written without a terminal.
//!
//! ```text
//! folder ── watch ── Desk ── Sheet    the files, what is wrong with them, the last case without errors
//!                     │  └── Checked  the findings on it, made anew in the background
//!                     │
//!  browser ── server ── guard ── limits ── api   one file per resource; JSON, Arrow, events as they happen
//!                                    └──── app   the web app, embedded
//! ```
//!
//! [`Server::bind`] opens a case and a port on this machine; [`Server::run`] answers until it is told to stop. Readers
//! always get the last good state of the case and word of what is wrong with the newest: a file that is broken while it
//! is being written takes nothing away. What is asked and answered is described in [`openapi`].
//!
//! Only this machine can reach it, and only a browser that was given the token of this start: see [`guard`].

mod api;
mod app;
mod checked;
mod desk;
mod folder;
pub mod guard;
mod history;
mod journal;
mod limits;
mod refusal;
mod rows;
mod server;

pub use api::openapi;
pub use desk::Open;
pub use limits::Limits;
pub use server::{Options, ServeError, Server, Stopper};
