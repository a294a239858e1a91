//! `casefile new`: a small valid case to start from.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::open::Failure;
use crate::show::{BOLD, DIM};

/// Make a small valid case in a new folder
#[derive(Args)]
pub struct Arguments {
    /// Folder to make; its name becomes the case's id
    folder: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let files = casefile_case::scaffold::new_case(&arguments.folder)?;
    let folder = arguments.folder.display();
    anstream::println!("{BOLD}{folder}{BOLD:#} is a case. It holds:");
    for file in files {
        anstream::println!("  {file}");
    }
    anstream::println!("{DIM}Next:{DIM:#} casefile check {folder}   {DIM}or{DIM:#} casefile brief {folder}");
    Ok(ExitCode::SUCCESS)
}
