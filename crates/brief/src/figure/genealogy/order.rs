//! The order of lanes: related groups close together, so that few ties cross lanes that have no part in them.

use super::Genealogy;

/// The groups' indices from the uppermost lane to the lowest. Barycentre sweeps (K. Sugiyama, S. Tagawa and M. Toda,
/// 1981) give a good start, and moving single lanes while that helps does the rest. Ties are broken by the order given.
pub(super) fn lanes(input: &Genealogy) -> Vec<usize> {
    let mut ties: Vec<(usize, usize)> = input
        .ties
        .iter()
        .filter(|t| t.when.overlaps(&input.period))
        .filter_map(|t| Some((index(input, &t.from)?, index(input, &t.to)?)))
        .filter(|(a, b)| a != b)
        .collect();
    ties.extend(families(input));
    let mut order: Vec<usize> = (0..input.groups.len()).collect();
    order.sort_by_key(|&i| input.groups[i].founded.map(|p| p.first));
    let mut best = order.clone();
    for _ in 0..24 {
        order = barycentre(&order, &ties);
        if length(&order, &ties) < length(&best, &ties) {
            best.clone_from(&order);
        }
    }
    improve(best, &ties)
}

/// A bond between each two successive members of a family, so that families stay together unless ties speak against.
fn families(input: &Genealogy) -> impl Iterator<Item = (usize, usize)> {
    let family = |i: usize| &input.groups[i].family;
    (0..input.groups.len())
        .filter_map(move |i| {
            let next = (i + 1..input.groups.len()).find(|&j| !family(i).is_empty() && family(i) == family(j))?;
            Some([(i, next); 2])
        })
        .flatten()
}

fn index(input: &Genealogy, id: &str) -> Option<usize> {
    input.groups.iter().position(|g| g.id == id)
}

fn positions(order: &[usize]) -> Vec<usize> {
    let mut at = vec![0; order.len()];
    for (position, &lane) in order.iter().enumerate() {
        at[lane] = position;
    }
    at
}

/// How many lanes all ties span together.
fn length(order: &[usize], ties: &[(usize, usize)]) -> usize {
    let at = positions(order);
    ties.iter().map(|&(a, b)| at[a].abs_diff(at[b])).sum()
}

/// Moves each lane to the mean of its own and its neighbours' positions.
fn barycentre(order: &[usize], ties: &[(usize, usize)]) -> Vec<usize> {
    let at = positions(order);
    let mut keyed: Vec<(f64, usize)> = order
        .iter()
        .map(|&lane| {
            let neighbours = ties.iter().filter_map(|&(a, b)| {
                if a == lane {
                    Some(at[b])
                } else if b == lane {
                    Some(at[a])
                } else {
                    None
                }
            });
            let (sum, count) = neighbours.fold((at[lane], 1), |(sum, n), p| (sum + p, n + 1));
            (sum as f64 / f64::from(count), lane)
        })
        .collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    keyed.into_iter().map(|(_, lane)| lane).collect()
}

/// Takes single lanes out and puts them elsewhere as long as that shortens the ties.
fn improve(mut order: Vec<usize>, ties: &[(usize, usize)]) -> Vec<usize> {
    let mut least = length(&order, ties);
    loop {
        let before = least;
        for from in 0..order.len() {
            for to in 0..order.len() {
                let mut moved = order.clone();
                let lane = moved.remove(from);
                moved.insert(to, lane);
                let length = length(&moved, ties);
                if length < least {
                    (order, least) = (moved, length);
                }
            }
        }
        if least == before {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_laid_out_as_a_chain() {
        // 0–3–1–4–2: the only shortest order, up to reversal.
        let ties = [(0, 3), (3, 1), (1, 4), (4, 2)];
        let order = improve(vec![0, 1, 2, 3, 4], &ties);
        assert_eq!(length(&order, &ties), 4, "{order:?}");
    }

    #[test]
    fn a_sweep_keeps_every_lane() {
        let mut order = barycentre(&[2, 0, 1, 3], &[(0, 3), (2, 3)]);
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2, 3]);
    }
}
