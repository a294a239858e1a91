//! Sorts counts digit by digit, in time linear in how many there are: most draws are small, and one pass does.

const BITS: u32 = 11;
const DIGITS: usize = 1 << BITS;

/// Room that sorting needs, kept between calls.
#[derive(Default)]
pub(super) struct Room {
    sorted: Vec<u32>,
    spare: Vec<u32>,
}

impl Room {
    /// The values, ascending: least significant digit first, as many digits as the greatest value has.
    pub(super) fn ascending(&mut self, values: &[u32]) -> &[u32] {
        self.sorted.clear();
        self.sorted.extend_from_slice(values);
        self.spare.resize(values.len(), 0);
        let most = values.iter().fold(0, |all, value| all | value);
        let mut shift = 0;
        while shift < u32::BITS && most >> shift > 0 {
            let digit = |value: u32| (value >> shift) as usize % DIGITS;
            let mut places = [0u32; DIGITS];
            self.sorted.iter().for_each(|&value| places[digit(value)] += 1);
            let mut before = 0;
            for place in &mut places {
                before += std::mem::replace(place, before);
            }
            for &value in &self.sorted {
                let place = &mut places[digit(value)];
                self.spare[*place as usize] = value;
                *place += 1;
            }
            std::mem::swap(&mut self.sorted, &mut self.spare);
            shift += BITS;
        }
        &self.sorted
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn sorts_as_the_library_does() {
        let (mut random, mut room) = (ChaCha8Rng::seed_from_u64(1), Room::default());
        for bits in [0, 1, 11, 12, 22, 23, 32] {
            for count in [0, 1, 2, 1000] {
                let mut values: Vec<u32> =
                    (0..count).map(|_| random.random::<u32>().checked_shr(32 - bits).unwrap_or(0)).collect();
                let ours = room.ascending(&values).to_vec();
                values.sort_unstable();
                assert_eq!(ours, values, "{count} of {bits} bits");
            }
        }
    }
}
