//! Mean centre, standard distance and standard-deviational ellipse, and how the centre travels.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::sphere::{bearing, distance_km, fill};
use super::{Disc, Drawn, Point};

/// Points that stand for a disc where it counts with its area.
const FILLING: usize = 32;

/// Where something lies, as far as is known, and what it counts for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Site {
    /// Somewhere in a disc; an exact point where the radius is 0.
    Disc {
        /// The disc.
        disc: Disc,
        /// What it counts for.
        weight: f64,
    },
    /// At one of some spots, with the chance of each. Chances need not add up to 1.
    Area {
        /// The spots.
        spots: Vec<(Point, f64)>,
        /// What it counts for.
        weight: f64,
    },
}

impl Site {
    /// An exact point of weight 1.
    pub fn exact(point: Point) -> Self {
        Self::Disc { disc: Disc { centre: point, radius_km: 0.0 }, weight: 1.0 }
    }

    fn weight(&self) -> f64 {
        match self {
            Self::Disc { weight, .. } | Self::Area { weight, .. } => *weight,
        }
    }

    /// Its weight shared out over the points where it may lie.
    fn mass(&self) -> Vec<(Point, f64)> {
        match self {
            Self::Disc { disc, weight } => {
                let points: Vec<Point> = fill(disc.centre, disc.radius_km, FILLING).collect();
                let each = weight / points.len() as f64;
                points.into_iter().map(|point| (point, each)).collect()
            }
            Self::Area { spots, weight } => {
                let sum: f64 = spots.iter().map(|(_, chance)| chance).sum();
                spots.iter().map(|(point, chance)| (*point, weight * chance / sum)).collect()
            }
        }
    }

    /// One point where it may lie, by chance.
    fn draw(&self, rng: &mut ChaCha8Rng) -> Option<(Point, f64)> {
        match self {
            Self::Disc { disc, weight } if disc.radius_km > 0.0 => {
                let km = disc.radius_km * rng.random::<f64>().sqrt();
                let angle = rng.random::<f64>() * std::f64::consts::TAU;
                Some((disc.centre.moved(km * angle.sin(), km * angle.cos()), *weight))
            }
            Self::Disc { disc, weight } => Some((disc.centre, *weight)),
            Self::Area { spots, weight } => {
                let sum: f64 = spots.iter().map(|(_, chance)| chance).sum();
                let mut left = rng.random::<f64>() * sum;
                let drawn = spots.iter().find(|(_, chance)| {
                    left -= chance;
                    left < 0.0
                });
                drawn.or(spots.last()).map(|(point, _)| (*point, *weight))
            }
        }
    }
}

/// The standard-deviational ellipse: standard deviations along the direction of most spread and across it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ellipse {
    /// Standard deviation along the major axis, km.
    pub major_km: f64,
    /// Standard deviation along the minor axis, km.
    pub minor_km: f64,
    /// Bearing of the major axis, degrees clockwise from north, 0 to 180. None where all directions spread alike.
    pub bearing: Option<f64>,
}

/// Where points lie and how widely.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dispersion {
    /// The point with the least sum of squared great-circle distances to all.
    pub centre: Point,
    /// Square root of the mean squared distance to the centre, km.
    pub standard_distance_km: f64,
    /// The ellipse.
    pub ellipse: Ellipse,
}

/// The dispersion under draws of the vague places.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrawnDispersion {
    /// Number of draws.
    pub draws: usize,
    /// Around the mean centre, the radius within which 90% of the drawn centres lie, km.
    pub centre_radius_km: f64,
    /// Standard distance, km.
    pub standard_distance_km: Drawn,
    /// Standard deviation along the major axis, km.
    pub major_km: Drawn,
    /// Standard deviation along the minor axis, km.
    pub minor_km: Drawn,
}

/// How far a mean centre went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Travel {
    /// Great-circle distance, km.
    pub km: f64,
    /// Bearing from the earlier centre, degrees clockwise from north. None where it stayed.
    pub bearing: Option<f64>,
    /// Distance under draws of the vague places.
    pub drawn_km: Option<Drawn>,
}

/// Mean centre, standard distance and ellipse. A vague place counts with all points where it may lie. None where there
/// is no weight, or no centre: points spread around the globe.
///
/// The centre is the Fréchet mean on the sphere. The ellipse is taken on the plane around it, where distances and
/// bearings from the centre are true (azimuthal equidistant). Its axes are the square roots of the eigenvalues of the
/// weighted covariance, with divisor n: plain standard deviations, without the factor √2 and the n − 2 of some
/// programs.
///
/// *Source:* Buss and Fillmore (2001), “Spherical averages”, ACM Transactions on Graphics 20; Lefever (1926), American
/// Journal of Sociology 32; Yuill (1971), Geografiska Annaler B 53.
pub fn dispersion(sites: &[Site]) -> Option<Dispersion> {
    of_points(&sites.iter().flat_map(Site::mass).collect::<Vec<_>>())
}

/// The dispersion when every vague place is drawn, `draws` times. None where there is no dispersion or no draw.
///
/// The intervals speak of vague places only, not of events that might have been others.
pub fn drawn_dispersion(sites: &[Site], draws: usize, seed: u64) -> Option<DrawnDispersion> {
    let mean = dispersion(sites)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let drawn: Vec<Dispersion> = (0..draws).filter_map(|_| of_points(&draw(sites, &mut rng))).collect();
    let each = |value: fn(&Dispersion) -> f64| Drawn::of(drawn.iter().map(value).collect());
    let mut off: Vec<f64> = drawn.iter().map(|one| distance_km(mean.centre, one.centre)).collect();
    off.sort_by(f64::total_cmp);
    Some(DrawnDispersion {
        draws: drawn.len(),
        centre_radius_km: *off.get((off.len().checked_sub(1)? as f64 * 0.9).round() as usize)?,
        standard_distance_km: each(|one| one.standard_distance_km)?,
        major_km: each(|one| one.ellipse.major_km)?,
        minor_km: each(|one| one.ellipse.minor_km)?,
    })
}

/// How far the mean centre went from one set of sites to another, with `draws` draws of the vague places. None where
/// either has no centre.
///
/// Centres of few events wander by chance. The interval does not speak of that.
pub fn travel(before: &[Site], after: &[Site], draws: usize, seed: u64) -> Option<Travel> {
    let (from, to) = (dispersion(before)?.centre, dispersion(after)?.centre);
    let (east, north) = from.plane(to);
    let km = east.hypot(north);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let drawn = (0..draws).filter_map(|_| {
        let (from, to) = (draw(before, &mut rng), draw(after, &mut rng));
        Some(distance_km(mean_centre(&from)?, mean_centre(&to)?))
    });
    Some(Travel { km, bearing: (km > 1e-6).then(|| bearing(east, north)), drawn_km: Drawn::of(drawn.collect()) })
}

fn draw(sites: &[Site], rng: &mut ChaCha8Rng) -> Vec<(Point, f64)> {
    sites.iter().filter(|site| site.weight() > 0.0).filter_map(|site| site.draw(rng)).collect()
}

/// The point with the least weighted sum of squared distances. Starts below the mean of the points as vectors, and goes
/// to the mean on the plane around it until that stays.
fn mean_centre(points: &[(Point, f64)]) -> Option<Point> {
    let mut vector = [0.0; 3];
    for (point, weight) in points {
        let unit = point.unit_vector();
        (0..3).for_each(|axis| vector[axis] += weight * unit[axis]);
    }
    let sum: f64 = points.iter().map(|(_, weight)| weight).sum();
    let mut centre = Point::below(vector.map(|part| part / sum))?;
    for _ in 0..100 {
        let (mut east, mut north) = (0.0, 0.0);
        for (point, weight) in points {
            let (x, y) = centre.plane(*point);
            east += weight * x / sum;
            north += weight * y / sum;
        }
        centre = centre.moved(east, north);
        if east.hypot(north) < 1e-9 {
            break;
        }
    }
    Some(centre)
}

fn of_points(points: &[(Point, f64)]) -> Option<Dispersion> {
    let centre = mean_centre(points)?;
    let sum: f64 = points.iter().map(|(_, weight)| weight).sum();
    let (mut east, mut north, mut both) = (0.0, 0.0, 0.0);
    for (point, weight) in points {
        let (x, y) = centre.plane(*point);
        east += weight * x * x / sum;
        north += weight * y * y / sum;
        both += weight * x * y / sum;
    }
    let (mean, half) = (f64::midpoint(east, north), (0.5 * (east - north)).hypot(both));
    let round = half <= 1e-12 * mean.max(1e-12);
    // The eigenvector of the greater eigenvalue, as a bearing: tan 2β = 2·both / (north − east).
    let turn = (0.5 * (2.0 * both).atan2(north - east)).to_degrees().rem_euclid(180.0);
    Some(Dispersion {
        centre,
        standard_distance_km: (east + north).sqrt(),
        ellipse: Ellipse {
            major_km: (mean + half).sqrt(),
            minor_km: (mean - half).max(0.0).sqrt(),
            bearing: (!round).then_some(turn),
        },
    })
}
