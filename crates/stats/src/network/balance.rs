//! Structural balance: whether the friend of a friend is a friend, and the foe of a foe.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::{Graph, Stance};

/// Triads by the signs of their three links.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Triads<T> {
    /// +++: three friends. Balanced.
    pub friends: T,
    /// ++−: two friends of one actor fight each other. Unbalanced.
    pub torn: T,
    /// +−−: two friends with a common foe. Balanced.
    pub common_foe: T,
    /// −−−: three that fight each other. Unbalanced; balanced in the weak sense of Davis (1967).
    pub foes: T,
}

impl<T> Triads<T> {
    fn map<U>(self, mut turn: impl FnMut(T) -> U) -> Triads<U> {
        Triads {
            friends: turn(self.friends),
            torn: turn(self.torn),
            common_foe: turn(self.common_foe),
            foes: turn(self.foes),
        }
    }
}

/// Balance of a signed graph, and what chance would make of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Balance {
    /// How many triads there are of each type.
    pub triads: Triads<usize>,
    /// All triads.
    pub total: usize,
    /// Share of balanced triads, +++ and +−−; none where there are no triads.
    pub balanced: Option<f64>,
    /// Share of triads that are balanced in the weak sense: all but ++−.
    pub weakly_balanced: Option<f64>,
    /// Positive links.
    pub positive_links: usize,
    /// Negative links.
    pub negative_links: usize,
    /// Links of both signs, left out.
    pub mixed_links: usize,
    /// What the same links would show if signs fell on them by chance; none where there are no triads.
    pub null: Option<SignNull>,
}

/// The share of balanced triads when the same signs are dealt out anew over the same links.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignNull {
    /// Number of deals.
    pub draws: usize,
    /// Expected number of triads of each type: the exact mean over all deals.
    pub expected: Triads<f64>,
    /// Surprise of each type: (count − expected) / √(total · p(1 − p)) with p = expected / total (Leskovec et al.
    /// 2010). None where the type is certain or impossible.
    pub surprise: Triads<Option<f64>>,
    /// Mean share of balanced triads over the deals.
    pub mean: f64,
    /// The share below which 5% of the deals lie.
    pub low: f64,
    /// The share above which 5% of the deals lie.
    pub high: f64,
    /// Chance of a share at least as high as the observed, (1 + deals as high) / (1 + deals).
    pub p_at_least: f64,
    /// Chance of a share at most as high.
    pub p_at_most: f64,
}

/// Counts signed triads and sets them beside `draws` deals of the same signs over the same links.
///
/// A link's sign is that of its ties; links of both signs or of none are left out. Direction is not regarded.
///
/// *Source:* Heider (1946), Journal of Psychology 21; Cartwright and Harary (1956), Psychological Review 63; Davis
/// (1967), Human Relations 20; the null model of Leskovec, Huttenlocher and Kleinberg (2010), “Signed networks in
/// social media”, CHI.
pub fn balance(graph: &Graph<'_>, draws: usize, seed: u64) -> Balance {
    let stances = || graph.links().iter().map(|link| link.bundle.stance());
    let mixed_links = stances().filter(|stance| *stance == Stance::Mixed).count();
    let signed = graph.links().iter().filter_map(|link| {
        let positive = match link.bundle.stance() {
            Stance::Positive => true,
            Stance::Negative => false,
            Stance::Mixed | Stance::Neutral => return None,
        };
        Some((link.a, link.b, positive))
    });
    let links: Vec<(usize, usize, bool)> = signed.collect();
    let triangles = triangles(graph.network().actors().len(), &links);
    let signs: Vec<bool> = links.iter().map(|(_, _, positive)| *positive).collect();
    let triads = count(&triangles, &signs);
    let total = triangles.len();
    let share = |n: usize| (total > 0).then(|| n as f64 / total as f64);
    let positive_links = signs.iter().filter(|positive| **positive).count();
    Balance {
        triads,
        total,
        balanced: share(triads.friends + triads.common_foe),
        weakly_balanced: share(total - triads.torn),
        positive_links,
        negative_links: signs.len() - positive_links,
        mixed_links,
        null: (total > 0 && draws > 0).then(|| null(&triangles, signs, triads, draws, seed)),
    }
}

/// Triangles as places of their three links. Links are in order, `a < b`.
fn triangles(nodes: usize, links: &[(usize, usize, bool)]) -> Vec<[usize; 3]> {
    let mut after: Vec<Vec<(usize, usize)>> = vec![Vec::new(); nodes];
    for (n, (a, b, _)) in links.iter().enumerate() {
        after[*a].push((*b, n));
    }
    let mut found = Vec::new();
    for (ab, (a, b, _)) in links.iter().enumerate() {
        let (mut from_a, mut from_b) = (after[*a].iter().peekable(), after[*b].iter().peekable());
        while let (Some((c, ac)), Some((d, bd))) = (from_a.peek(), from_b.peek()) {
            match c.cmp(d) {
                std::cmp::Ordering::Less => drop(from_a.next()),
                std::cmp::Ordering::Greater => drop(from_b.next()),
                std::cmp::Ordering::Equal => {
                    found.push([ab, *ac, *bd]);
                    from_a.next();
                    from_b.next();
                }
            }
        }
    }
    found
}

fn count(triangles: &[[usize; 3]], positive: &[bool]) -> Triads<usize> {
    let mut by_foes = [0; 4];
    for triangle in triangles {
        by_foes[triangle.iter().filter(|link| !positive[**link]).count()] += 1;
    }
    let [friends, torn, common_foe, foes] = by_foes;
    Triads { friends, torn, common_foe, foes }
}

fn null(triangles: &[[usize; 3]], mut signs: Vec<bool>, seen: Triads<usize>, draws: usize, seed: u64) -> SignNull {
    let total = triangles.len() as f64;
    let expected = expected(&signs).map(|p| p * total);
    let surprise = |seen: usize, expected: f64| {
        let p = expected / total;
        let spread = (total * p * (1.0 - p)).sqrt();
        (spread > 0.0).then(|| (seen as f64 - expected) / spread)
    };
    let surprise = Triads {
        friends: surprise(seen.friends, expected.friends),
        torn: surprise(seen.torn, expected.torn),
        common_foe: surprise(seen.common_foe, expected.common_foe),
        foes: surprise(seen.foes, expected.foes),
    };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut balanced: Vec<usize> = Vec::with_capacity(draws);
    for _ in 0..draws {
        signs.shuffle(&mut rng);
        let dealt = count(triangles, &signs);
        balanced.push(dealt.friends + dealt.common_foe);
    }
    balanced.sort_unstable();
    let observed = seen.friends + seen.common_foe;
    let tail = |as_far: usize| (1 + as_far) as f64 / (1 + draws) as f64;
    let quantile = |q: f64| balanced[((draws - 1) as f64 * q).round() as usize] as f64 / total;
    SignNull {
        draws,
        expected,
        surprise,
        mean: balanced.iter().sum::<usize>() as f64 / draws as f64 / total,
        low: quantile(0.05),
        high: quantile(0.95),
        p_at_least: tail(balanced.iter().filter(|n| **n >= observed).count()),
        p_at_most: tail(balanced.iter().filter(|n| **n <= observed).count()),
    }
}

/// The chance of each type for one triangle when all signs are dealt anew: its three links are three drawn from all,
/// without putting back.
fn expected(signs: &[bool]) -> Triads<f64> {
    let positive = signs.iter().filter(|sign| **sign).count() as f64;
    let all = signs.len() as f64;
    let negative = all - positive;
    let whole = all * (all - 1.0) * (all - 2.0);
    Triads {
        friends: positive * (positive - 1.0) * (positive - 2.0) / whole,
        torn: 3.0 * positive * (positive - 1.0) * negative / whole,
        common_foe: 3.0 * positive * negative * (negative - 1.0) / whole,
        foes: negative * (negative - 1.0) * (negative - 2.0) / whole,
    }
}
