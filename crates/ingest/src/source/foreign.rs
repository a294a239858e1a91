//! What a file is that should be text and is none, told by its first bytes, so that the message can say how to mend it.

use std::path::PathBuf;

use super::{OLD_WORKBOOK, SourceError};

/// What something is, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign {
    what: &'static str,
    mend: &'static str,
}

impl Foreign {
    /// As an error of the file at `path`.
    pub(super) fn at(self, path: PathBuf) -> SourceError {
        SourceError::Foreign { path, what: self.what, mend: self.mend }
    }
}

const UNPACK: &str = "unpack it, and add what is in it";
const REFUSED: &str = "was the download refused? Open the address in a browser and save the file itself";
const ALONE: &str = "only delimited text is read from several files, or for this dataset; add the file by itself";

/// First bytes that no delimited text has.
const MAGIC: [(&[u8], Foreign); 14] = [
    (b"PK\x03\x04", Foreign { what: "a zip archive or a workbook", mend: UNPACK }),
    (b"\x1F\x8B", Foreign { what: "a gzip file", mend: UNPACK }),
    (b"BZh", Foreign { what: "a bzip2 file", mend: UNPACK }),
    (b"\xFD7zXZ\0", Foreign { what: "an xz file", mend: UNPACK }),
    (b"\x28\xB5\x2F\xFD", Foreign { what: "a zstd file", mend: UNPACK }),
    (b"7z\xBC\xAF\x27\x1C", Foreign { what: "a 7z archive", mend: UNPACK }),
    (b"Rar!", Foreign { what: "a rar archive", mend: UNPACK }),
    (&OLD_WORKBOOK, Foreign { what: "a workbook of an old kind", mend: "save it as CSV" }),
    (b"%PDF", Foreign { what: "a PDF document", mend: "take the table itself, as CSV" }),
    (b"SQLite format 3\0", Foreign { what: "an SQLite database", mend: "write its table out as CSV" }),
    (b"PARE", Foreign { what: "an encrypted Parquet file", mend: "write it anew without encryption" }),
    (b"PAR1", Foreign { what: "Parquet", mend: ALONE }),
    (b"{", Foreign { what: "JSON", mend: ALONE }),
    (b"[", Foreign { what: "JSON", mend: ALONE }),
];

const WIDE: Foreign = Foreign { what: "UTF-16 text", mend: "save it as \"CSV UTF-8\"" };

/// Whether the beginning of a file can be that of delimited text, with a line of names or without.
///
/// # Errors
/// What it is instead.
pub(super) fn check_text(start: &[u8], has_names: bool) -> Result<(), Foreign> {
    check_wide(start)?;
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    let word = |word: &str| text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word.as_bytes()));
    if ["<!doctype", "<html", "<head", "<body"].into_iter().any(word) {
        return Err(Foreign { what: "a web page", mend: REFUSED });
    }
    if word("<?xml") {
        return Err(Foreign { what: "an XML document", mend: "take the table as CSV" });
    }
    if let Some((_, foreign)) = MAGIC.iter().find(|(magic, _)| start.starts_with(magic) || text.starts_with(magic)) {
        return Err(*foreign);
    }
    let first = start.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
    if has_names && first.contains(&0) {
        return Err(Foreign { what: "no text (there are NUL bytes in its first line)", mend: "save the table as CSV" });
    }
    Ok(())
}

/// Whether the text is UTF-16, as some spreadsheets save it: by its mark, or as every other byte is zero.
///
/// # Errors
/// Where it is.
pub(super) fn check_wide(start: &[u8]) -> Result<(), Foreign> {
    let marked = start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF");
    let pairs = start.len() / 2;
    let zeros = |at: usize| start.chunks_exact(2).filter(|pair| pair[at] == 0 && pair[1 - at] != 0).count();
    if marked || (pairs >= 8 && (zeros(0) * 10 >= pairs * 8 || zeros(1) * 10 >= pairs * 8)) {
        return Err(WIDE);
    }
    Ok(())
}
