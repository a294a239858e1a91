//! Where the nodes of a network go: springs and repulsion (T. Fruchterman and E. Reingold, 1991) from a fixed start, then
//! boxes are pushed apart until none overlaps. No chance is involved, so the same network looks the same every time.

/// Centres of the boxes, and the height they need.
pub(super) struct Layout {
    pub centres: Vec<(f64, f64)>,
    pub height: f64,
}

/// Places boxes of these sizes in a picture of this width.
pub(super) fn place(sizes: &[(f64, f64)], links: &[(usize, usize)], width: f64) -> Layout {
    if sizes.is_empty() {
        return Layout { centres: Vec::new(), height: 0.0 };
    }
    let tied = |i: &usize| links.iter().any(|(a, b)| a == i || b == i);
    let (bound, free): (Vec<usize>, Vec<usize>) = (0..sizes.len()).partition(tied);
    let at = |i: &usize| bound.iter().position(|b| b == i);
    let inner: Vec<(usize, usize)> = links.iter().filter_map(|(a, b)| Some((at(a)?, at(b)?))).collect();
    let area: f64 = bound.iter().map(|&i| sizes[i].0 * sizes[i].1).sum();
    // Boxes take about a quarter of the picture; what is left is for the lines.
    let mut height = if bound.is_empty() { 0.0 } else { (4.0 * area / width).clamp(180.0, width * 6.0) };
    let mut centres = vec![(0.0, 0.0); sizes.len()];
    for (&i, place) in bound.iter().zip(springs(bound.len(), &inner, width, height)) {
        centres[i] = place;
    }
    height += shelve(&mut centres, &free, sizes, width, height);
    loop {
        if separate(&mut centres, sizes, width, height) {
            return Layout { centres, height: height.ceil() };
        }
        // Too crowded: more room downwards, until it fits.
        height *= 1.15;
        centres.iter_mut().for_each(|c| c.1 *= 1.15);
    }
}

/// Sets those without ties in rows from `top` on: springs would only blow them away. Returns the height of the rows.
fn shelve(centres: &mut [(f64, f64)], free: &[usize], sizes: &[(f64, f64)], width: f64, top: f64) -> f64 {
    let (mut x, mut y, mut row) = (0.0, top, 0.0f64);
    for &i in free {
        let (w, h) = sizes[i];
        if x > 0.0 && x + w > width {
            (x, y, row) = (0.0, y + row, 0.0);
        }
        centres[i] = (x + w / 2.0, y + h / 2.0);
        x += w + 8.0;
        row = row.max(h);
    }
    y + row - top
}

fn springs(n: usize, links: &[(usize, usize)], width: f64, height: f64) -> Vec<(f64, f64)> {
    let mut degree = vec![0usize; n];
    for &(a, b) in links {
        degree[a] += 1;
        degree[b] += 1;
    }
    // The best connected start in the middle of a sunflower's spiral.
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(degree[i]));
    let mut at = vec![(0.0, 0.0); n];
    for (rank, &i) in order.iter().enumerate() {
        let (radius, angle) = (((rank as f64 + 0.5) / n as f64).sqrt() * 0.45, rank as f64 * 2.399_963);
        at[i] = (width * (0.5 + radius * angle.cos()), height * (0.5 + radius * angle.sin()));
    }
    let ideal = 0.8 * (width * height / n as f64).sqrt();
    let steps = 400;
    for step in 0..steps {
        let heat = 0.12 * width.min(height) * (1.0 - f64::from(step) / f64::from(steps)).powi(2) + 0.5;
        let forces = forces(&at, links, &degree, ideal, (width / 2.0, height / 2.0));
        for (place, (fx, fy)) in at.iter_mut().zip(forces) {
            let strength = fx.hypot(fy).max(1e-9);
            let reach = strength.min(heat) / strength;
            *place = (place.0 + fx * reach, place.1 + fy * reach);
        }
    }
    fill(&mut at, width, height);
    at
}

/// Spreads the layout over the picture: each coordinate goes halfway between where the springs left it and an even
/// spacing in the same order, which opens up the crowd around the hubs and keeps who is left of whom.
fn fill(at: &mut [(f64, f64)], width: f64, height: f64) {
    let xs = spread(&at.iter().map(|p| p.0).collect::<Vec<f64>>());
    let ys = spread(&at.iter().map(|p| p.1).collect::<Vec<f64>>());
    for (place, (x, y)) in at.iter_mut().zip(xs.into_iter().zip(ys)) {
        *place = (width * (0.05 + 0.9 * x), height * (0.05 + 0.9 * y));
    }
}

/// Values between 0 and 1, halfway evened out.
fn spread(values: &[f64]) -> Vec<f64> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if high - low < 1e-6 {
        return vec![0.5; values.len()];
    }
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut out = vec![0.0; values.len()];
    for (rank, &i) in order.iter().enumerate() {
        let even = rank as f64 / (values.len() - 1) as f64;
        out[i] = 0.5 * (values[i] - low) / (high - low) + 0.5 * even;
    }
    out
}

fn forces(
    at: &[(f64, f64)],
    links: &[(usize, usize)],
    degree: &[usize],
    ideal: f64,
    centre: (f64, f64),
) -> Vec<(f64, f64)> {
    let mut force = vec![(0.0, 0.0); at.len()];
    for i in 0..at.len() {
        for j in 0..i {
            let (dx, dy) = (at[i].0 - at[j].0, at[i].1 - at[j].1);
            let distance = dx.hypot(dy).max(1.0);
            let push = ideal * ideal / (distance * distance);
            force[i] = (force[i].0 + dx * push, force[i].1 + dy * push);
            force[j] = (force[j].0 - dx * push, force[j].1 - dy * push);
        }
    }
    for &(a, b) in links {
        let (dx, dy) = (at[a].0 - at[b].0, at[a].1 - at[b].1);
        // Weaker for those with many ties, or hubs would pull everything into a knot.
        let pull = dx.hypot(dy) / ideal / (degree[a].min(degree[b]) as f64).sqrt().max(1.0);
        force[a] = (force[a].0 - dx * pull, force[a].1 - dy * pull);
        force[b] = (force[b].0 + dx * pull, force[b].1 + dy * pull);
    }
    // A node should not sit on a line between two others.
    for &(a, b) in links {
        for k in 0..at.len() {
            if k != a && k != b {
                let push = off_line(at[k], at[a], at[b], ideal * 0.35);
                force[k] = (force[k].0 + push.0, force[k].1 + push.1);
            }
        }
    }
    for (place, f) in at.iter().zip(&mut force) {
        f.0 -= (place.0 - centre.0) * 0.25;
        f.1 -= (place.1 - centre.1) * 0.25;
    }
    force
}

/// The push on a point that lies within `reach` of the line from `a` to `b`.
fn off_line(p: (f64, f64), a: (f64, f64), b: (f64, f64), reach: f64) -> (f64, f64) {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let along = ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy).max(1e-9);
    if !(0.1..=0.9).contains(&along) {
        return (0.0, 0.0);
    }
    let (ox, oy) = (p.0 - a.0 - along * dx, p.1 - a.1 - along * dy);
    let distance = ox.hypot(oy).max(0.5);
    if distance > reach {
        return (0.0, 0.0);
    }
    let push = (reach - distance) / distance;
    (ox * push, oy * push)
}

/// Pushes overlapping boxes apart, each by half, the shorter way. Whether it got them all.
fn separate(centres: &mut [(f64, f64)], sizes: &[(f64, f64)], width: f64, height: f64) -> bool {
    for _ in 0..300 {
        let mut clean = true;
        for i in 0..centres.len() {
            for j in 0..i {
                let (dx, dy) = (centres[i].0 - centres[j].0, centres[i].1 - centres[j].1);
                let across = (sizes[i].0 + sizes[j].0) / 2.0 - dx.abs();
                let down = (sizes[i].1 + sizes[j].1) / 2.0 - dy.abs();
                if across <= 0.01 || down <= 0.01 {
                    continue;
                }
                clean = false;
                // A hair more than half, and by index where they coincide, so that it ends.
                let sign = |d: f64| if d < 0.0 { -1.0 } else { 1.0 };
                if across < down {
                    centres[i].0 += (across / 2.0 + 0.1) * sign(dx);
                    centres[j].0 -= (across / 2.0 + 0.1) * sign(dx);
                } else {
                    centres[i].1 += (down / 2.0 + 0.1) * sign(dy);
                    centres[j].1 -= (down / 2.0 + 0.1) * sign(dy);
                }
            }
        }
        for (centre, (w, h)) in centres.iter_mut().zip(sizes) {
            let inside = (
                centre.0.clamp(w / 2.0, (width - w / 2.0).max(w / 2.0)),
                centre.1.clamp(h / 2.0, (height - h / 2.0).max(h / 2.0)),
            );
            clean &= (inside.0 - centre.0).abs() < 0.02 && (inside.1 - centre.1).abs() < 0.02;
            *centre = inside;
        }
        if clean {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_on_one_spot_come_apart() {
        let sizes = [(60.0, 30.0); 12];
        let layout = place(&sizes, &[], 200.0);
        for i in 0..12 {
            for j in 0..i {
                let (a, b) = (layout.centres[i], layout.centres[j]);
                assert!((a.0 - b.0).abs() >= 59.9 || (a.1 - b.1).abs() >= 29.9, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn friends_are_nearer_than_strangers() {
        let layout = place(&[(40.0, 30.0); 6], &[(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5)], 700.0);
        let distance = |i: usize, j: usize| {
            let (a, b) = (layout.centres[i], layout.centres[j]);
            (a.0 - b.0).hypot(a.1 - b.1)
        };
        assert!(distance(0, 1) < distance(0, 4) && distance(3, 4) < distance(1, 4));
    }
}
