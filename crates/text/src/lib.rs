//! Documents as numbered paragraphs, and anchors that hold a quote to its place without keeping it.
//!
//! A statement in a case leans on a passage of a source, and many sources may not be copied. So
//! the case keeps an [`Anchor`]: where the quote stands and the SHA-256 of its
//! [normalised](normalise) words. With the document at hand, [`Document::verify`] tells whether
//! the quote still stands there, has moved, or is gone; nothing is re-anchored silently.
//!
//! ```
//! use casefile_text::{Document, Verification};
//!
//! let document = Document::from_text("Spread\n\nThe group struck in “almost every” province.");
//! let anchor = document.anchor("struck in \"almost every\" province")?;
//! assert_eq!(anchor.paragraph, 2);
//! assert_eq!(document.verify(&anchor), Verification::Verified);
//! # Ok::<(), casefile_text::AnchorError>(())
//! ```
//!
//! Each kind of file is turned into [`Block`]s by a module of its own (plain text so far); all
//! that follows is the same for every kind.

mod anchor;
mod document;
mod normalise;
mod plain;

pub use anchor::{Anchor, AnchorSyntaxError, Digest};
pub use document::{AnchorError, Block, Document, Paragraph, Verification};
pub use normalise::{NORMALISATION, normalise};
