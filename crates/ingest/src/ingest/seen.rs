//! Which ids a file has used, within little memory: a release may have many millions.

use std::collections::{HashMap, HashSet};

use roaring::RoaringTreemap;
use sha2::{Digest, Sha256};

/// The ids met so far.
#[derive(Default)]
pub(super) struct Seen {
    /// Ids that are plain numbers, as most are; runs of them take next to nothing.
    numbers: RoaringTreemap,
    /// Of other ids, sixteen bytes of SHA-256.
    texts: HashSet<u128>,
    /// How often each derived id was used.
    derived: HashMap<u64, u64>,
}

impl Seen {
    /// Notes an id; whether it is new.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        let plain = !id.starts_with('0') && id.len() < 19 && id.bytes().all(|b| b.is_ascii_digit());
        match id.parse() {
            Ok(number) if plain => self.numbers.insert(number),
            _ => {
                let mut bytes = [0; 16];
                bytes.copy_from_slice(&Sha256::digest(id)[..16]);
                self.texts.insert(u128::from_be_bytes(bytes))
            }
        }
    }

    /// A name for a record without an id of its own, from a hash of its content: `x` and 12 hex digits; records alike in
    /// all are numbered from the second.
    pub(super) fn name(&mut self, content: u64) -> String {
        let used = self.derived.entry(content).or_default();
        *used += 1;
        match *used {
            1 => format!("x{content:012x}"),
            n => format!("x{content:012x}-{n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once() {
        let mut seen = Seen::default();
        for id in ["1", "01", "1.0", "AFG-1", "", "18446744073709551616", "0", "1234567890123456789012"] {
            assert!(seen.insert(id), "{id} is new");
            assert!(!seen.insert(id), "{id} is known");
        }
        assert_eq!(["a", "b", "a"].map(|_| seen.name(0xab)), ["x0000000000ab", "x0000000000ab-2", "x0000000000ab-3"]);
    }
}
