use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use super::*;
use crate::network::Presence;

/// A province of so many cells side by side, from the given one, each with 1,000 km² of land.
fn cells(province: &str, first: u32, count: u32) -> Vec<Piece> {
    let piece = |n| Piece { cell: Cell(n), units: vec![province.to_owned()], area_km2: 1000.0 };
    (first..first + count).map(piece).collect()
}

/// Two provinces: `west` of 40 cells, `east` of 10.
fn frame() -> Frame {
    Frame::new(&["province"], [cells("west", 148_720, 40), cells("east", 148_760, 10)].concat()).unwrap()
}

fn event(key: &str, place: Place) -> Event {
    Event { key: key.to_owned(), first: 0, last: 0, place, weight: 1.0 }
}

fn in_province(province: &str) -> Place {
    Place { units: vec![UnitRef::new("province", province)], disc: None }
}

fn at(cell: u32) -> Place {
    Place { units: Vec::new(), disc: Some(Disc { centre: Cell(cell).centre(), radius_km: 0.0 }) }
}

const TODAY: Period = Period { first: 0, last: 0 };

fn cell_activity(frame: &Frame, events: &[Event]) -> Activity {
    activity(frame, Frame::CELLS, &frame.place(events).unwrap(), TODAY).unwrap()
}

#[test]
fn cells_are_numbered_as_in_prio_grid() {
    assert_eq!(Cell::at(Point::new(-180.0, -90.0)), Cell(1));
    assert_eq!(Cell::at(Point::new(179.9, -89.9)), Cell(720));
    assert_eq!(Cell::at(Point::new(-180.0, -89.5)), Cell(721));
    assert_eq!(Cell::at(Point::new(180.0, 90.0)), Cell(259_200));
    // Mekelle, as UCDP codes it.
    assert_eq!(Cell::at(Point::new(39.47, 13.5 - 0.01)), Cell(148_759));
    let centre = Cell(148_759).centre();
    assert_eq!((centre.lon, centre.lat), (39.25, 13.25));
    // All cells together are the globe.
    let globe: f64 = (0..360).map(|row| 720.0 * Cell(row * 720 + 1).area_km2()).sum();
    assert!((globe - 4.0 * std::f64::consts::PI * 6371.0 * 6371.0).abs() < 1.0, "{globe}");
}

#[test]
fn centre_and_ellipse_are_those_of_pointpats() {
    let peer: Value = serde_json::from_str(include_str!("../../tests/peers/spread.json")).unwrap();
    let theirs = |name: &str| peer[name].as_f64().unwrap();
    let point = |value: &Value| Point::new(value[0].as_f64().unwrap(), value[1].as_f64().unwrap());
    let points = peer["points"].as_array().unwrap();
    let site = |value: &Value| Site::Disc {
        disc: Disc { centre: point(value), radius_km: 0.0 },
        weight: value[2].as_f64().unwrap(),
    };
    let found = dispersion(&points.iter().map(site).collect::<Vec<_>>()).unwrap();
    assert!(distance_km(found.centre, point(&peer["centre"])) < 1e-6, "{found:?}");
    for (ours, name) in [
        (found.standard_distance_km, "standard_distance_km"),
        (found.ellipse.major_km, "major_km"),
        (found.ellipse.minor_km, "minor_km"),
        (found.ellipse.bearing.unwrap(), "bearing"),
    ] {
        assert!((ours - theirs(name)).abs() < 1e-6, "{name}: {ours} and {}", theirs(name));
    }
    let [first, fourth] = [0, 3].map(|n| vec![Site::exact(point(&points[n]))]);
    let went = travel(&first, &fourth, 10, 1).unwrap();
    assert!((went.km - theirs("first_to_fourth_km")).abs() < 1e-6);
    assert!((went.bearing.unwrap() - theirs("first_to_fourth_bearing")).abs() < 1e-6);
    assert_eq!(went.drawn_km.map(|km| (km.low, km.high)), Some((went.km, went.km)), "nothing is vague");
}

#[test]
fn moving_and_measuring_agree() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..500 {
        let from = Point::new(rng.random_range(-180.0..180.0), rng.random_range(-85.0..85.0));
        let (east, north) = (rng.random_range(-900.0..900.0), rng.random_range(-900.0..900.0));
        let to = from.moved(east, north);
        let (x, y) = from.plane(to);
        assert!((x - east).abs() < 1e-6 && (y - north).abs() < 1e-6, "{from:?} {east} {north}: {x} {y}");
    }
}

/// Thousands of deaths coded to one point because only the region is known: the structure of UCDP's cell 148759,
/// Mekelle.
#[test]
fn a_centroid_is_no_hot_spot() {
    let frame = frame();
    let centroid = 148_739;
    let mut events: Vec<Event> =
        (0..300).map(|n| Event { weight: 900.0, ..event(&format!("coarse-{n}"), in_province("west")) }).collect();
    let battles = [148_722, 148_722, 148_730];
    events.extend(battles.iter().map(|cell| Event { weight: 40.0, ..event(&format!("battle-{cell}"), at(*cell)) }));

    // Taken by its point, one cell has nearly all deaths.
    let naive: Vec<Event> =
        events
            .iter()
            .map(|event| {
                if event.place.disc.is_some() { event.clone() } else { Event { place: at(centroid), ..event.clone() } }
            })
            .collect();
    let taken = cell_activity(&frame, &naive);
    let most = taken.units.iter().max_by(|a, b| a.expected.total_cmp(&b.expected)).unwrap();
    assert_eq!(most.unit, centroid.to_string());
    assert!(most.certain / 270_120.0 > 0.99);

    // Taken by its area, that cell is like any other in the region, and certain of nothing.
    let found = cell_activity(&frame, &events);
    let cell = |n: u32| found.units.iter().find(|unit| unit.unit == n.to_string()).unwrap();
    assert_eq!((cell(centroid).presence, cell(centroid).certain), (Presence::Possibly, 0.0));
    assert!((cell(centroid).expected - 270_000.0 / 40.0).abs() < 1e-6);
    assert_eq!(cell(centroid).possible, 270_000.0, "it cannot be ruled out either");
    assert_eq!(cell(148_722).certain, 80.0);
    let most = found.units.iter().max_by(|a, b| a.expected.total_cmp(&b.expected)).unwrap();
    assert_eq!(most.unit, "148722", "where battles are known");
    assert_eq!((found.certain, found.possible), (2, 40));

    // Concentration: near 1 by points, near 1/40 by area.
    let drawn = |events: &[Event]| {
        let placed = frame.place(events).unwrap();
        drawn_concentration(&frame, Frame::CELLS, &placed, TODAY, 50, 1).unwrap().unwrap()
    };
    assert!(drawn(&naive).herfindahl.low > 0.99);
    assert!(drawn(&events).herfindahl.high < 0.04, "{:?}", drawn(&events));
    assert!(drawn(&events).top_share.high < 0.08);
}

#[test]
fn the_chance_of_a_cell_is_that_of_at_least_one_event() {
    let frame = frame();
    let events = ["1", "2", "3"].map(|key| event(key, in_province("east")));
    let found = cell_activity(&frame, &events);
    assert_eq!((found.certain, found.least, found.greatest, found.possible), (0, 1, 3, 10));
    let chance = 1.0 - 0.9_f64.powi(3);
    assert!(found.units.iter().all(|unit| (unit.chance - chance).abs() < 1e-12));
    assert!((found.expected - 10.0 * chance).abs() < 1e-12);
    assert!((found.area_share_expected - chance / 5.0).abs() < 1e-12);
    assert!((found.area_share_possible - 0.2).abs() < 1e-12);
    // As simulated: three marbles in ten boxes.
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let filled = |rng: &mut ChaCha8Rng| {
        let boxes: std::collections::BTreeSet<u32> = (0..3).map(|_| rng.random_range(0..10)).collect();
        boxes.len() as f64
    };
    let mean = (0..20_000).map(|_| filled(&mut rng)).sum::<f64>() / 20_000.0;
    assert!((mean - found.expected).abs() < 0.02, "{mean}");
    // All of them lie in one province for certain.
    let provinces = activity(&frame, "province", &frame.place(&events).unwrap(), TODAY).unwrap();
    assert_eq!((provinces.certain, provinces.possible, provinces.expected, provinces.all), (1, 1, 1.0, 2));
}

#[test]
fn bounds_hold_in_every_draw() {
    let frame = frame();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for round in 0..40 {
        let events: Vec<Event> = (0..rng.random_range(1..8))
            .map(|n| match rng.random_range(0..4) {
                0 => event(&n.to_string(), at(rng.random_range(148_720..148_770))),
                1 => event(&n.to_string(), in_province("east")),
                2 => event(&n.to_string(), in_province("west")),
                _ => Event { first: -1, last: 1, ..event(&n.to_string(), at(148_725)) },
            })
            .collect();
        let found = cell_activity(&frame, &events);
        assert!(found.certain <= found.least && found.least <= found.greatest && found.greatest <= found.possible);
        let (least, greatest) = (found.least as f64, found.greatest as f64);
        assert!(found.expected >= least - 1e-9 && found.expected <= greatest + 1e-9, "round {round}: {found:?}");
    }
}

#[test]
fn days_that_straddle_a_period_count_in_part() {
    let frame = frame();
    let events = [Event { first: -1, last: 2, ..event("1", at(148_725)) }];
    let found = cell_activity(&frame, &events);
    assert_eq!((found.certain, found.least, found.possible), (0, 0, 1));
    assert!((found.units[0].chance - 0.25).abs() < 1e-12);
    let later = Period { first: 3, last: 9 };
    assert_eq!(activity(&frame, Frame::CELLS, &frame.place(&events).unwrap(), later).unwrap().possible, 0);
}

#[test]
fn what_is_new_and_what_is_abandoned() {
    let frame = frame();
    let on = |day: i32, key: &str, place: Place| Event { first: day, last: day, ..event(key, place) };
    let events = [
        on(0, "stays", at(148_720)),
        on(1, "stayed", at(148_720)),
        on(0, "left", at(148_721)),
        on(1, "came", at(148_722)),
        on(1, "came-somewhere", in_province("east")),
    ];
    let placed = frame.place(&events).unwrap();
    let during = |layer, day| activity(&frame, layer, &placed, Period { first: day, last: day }).unwrap();
    let cells = turnover(&during(Frame::CELLS, 0), &during(Frame::CELLS, 1));
    assert_eq!(cells.newly_active.len(), 11);
    let first = &cells.newly_active[0];
    assert_eq!((first.unit.as_str(), first.certain, first.chance), ("148722", true, 1.0));
    assert!(cells.newly_active[1..].iter().all(|unit| !unit.certain && (unit.chance - 0.1).abs() < 1e-12));
    assert_eq!(cells.abandoned.iter().map(|u| (u.unit.as_str(), u.certain)).collect::<Vec<_>>(), [("148721", true)]);
    let provinces = turnover(&during("province", 0), &during("province", 1));
    assert_eq!(
        provinces.newly_active.iter().map(|u| (u.unit.as_str(), u.certain)).collect::<Vec<_>>(),
        [("east", true)]
    );
    assert!(provinces.abandoned.is_empty());
}

#[test]
fn a_disc_is_shared_out_by_its_land() {
    let frame = frame();
    // Right on the edge of two cells, the eastern one of which belongs to another province.
    let edge = Cell(148_760)
        .centre()
        .moved(-0.25_f64.to_radians() * Cell(148_760).centre().lat.to_radians().cos() * 6371.0, 0.0);
    let disc = Some(Disc { centre: edge, radius_km: 20.0 });
    let placed = frame.place(&[event("1", Place { units: Vec::new(), disc })]).unwrap();
    let shares: Vec<(u32, f64)> =
        placed[0].pieces.iter().map(|(n, share)| (frame.pieces()[*n].cell.0, *share)).collect();
    assert_eq!(shares.iter().map(|(cell, _)| *cell).collect::<Vec<_>>(), [148_759, 148_760]);
    assert!((shares[0].1 - 0.5).abs() < 0.02, "{shares:?}");
    // Said to lie in the east, only the eastern part is left.
    let east = Place { units: vec![UnitRef::new("province", "east")], disc };
    let placed = frame.place(&[event("1", east)]).unwrap();
    assert_eq!((placed[0].pieces.len(), placed[0].at_odds), (1, false));
    // Said to lie where the disc does not reach, the unit is believed.
    let odd = Place { units: vec![UnitRef::new(Frame::CELLS, "148769")], disc };
    let placed = frame.place(&[event("1", odd)]).unwrap();
    assert_eq!((placed[0].pieces.len(), placed[0].at_odds), (1, true));
}

#[test]
fn what_lies_outside_is_counted_apart() {
    let frame = frame();
    let found = cell_activity(&frame, &[event("1", at(1)), event("2", at(148_720))]);
    assert_eq!((found.outside, found.possible), (1, 1));
    let anywhere = cell_activity(&frame, &[event("1", Place::default())]);
    assert_eq!((anywhere.outside, anywhere.possible, anywhere.least), (0, 50, 1));
}

#[test]
fn what_cannot_be_measured_is_refused_by_name() {
    let frame = frame();
    let refused = |event: Event| frame.place(&[event]).unwrap_err().to_string();
    let sound = || event("e", at(148_720));
    assert!(refused(event("e", in_province("north"))).contains("no unit `north`"));
    let layer = Place { units: vec![UnitRef::new("valley", "x")], disc: None };
    assert!(refused(event("e", layer)).contains("no layer `valley`; it has `province`, `cell`"));
    assert!(refused(Event { first: 2, ..sound() }).contains("last day before its first"));
    assert!(refused(Event { weight: f64::NAN, ..sound() }).contains("weight"));
    let disc =
        |lon, radius_km| Place { units: Vec::new(), disc: Some(Disc { centre: Point::new(lon, 0.0), radius_km }) };
    assert!(refused(event("e", disc(500.0, 0.0))).contains("not on the globe"));
    assert!(refused(event("e", disc(0.0, -1.0))).contains("radius"));
    let piece = |area_km2, units: &[&str]| {
        let units = units.iter().map(|unit| (*unit).to_owned()).collect();
        Frame::new(&["province"], vec![Piece { cell: Cell(1), units, area_km2 }]).unwrap_err().to_string()
    };
    assert!(piece(0.0, &["x"]).contains("has 0 km²"));
    assert!(piece(1.0, &["x", "y"]).contains("2 units for 1 layers"));
}

#[test]
fn concentration_of_known_patterns() {
    let even = concentration(&[3.0, 3.0, 0.0, 3.0]).unwrap();
    assert_eq!(even.units, 3);
    assert!((even.entropy - 3.0_f64.ln()).abs() < 1e-12);
    assert!((even.evenness.unwrap() - 1.0).abs() < 1e-12 && (even.effective_units - 3.0).abs() < 1e-12);
    assert!((even.herfindahl - 1.0 / 3.0).abs() < 1e-12);
    let alone = concentration(&[7.0]).unwrap();
    assert_eq!((alone.entropy, alone.evenness, alone.herfindahl), (0.0, None, 1.0));
    // scipy.stats.entropy([1, 2, 5]) of SciPy 1.17.1.
    assert!((concentration(&[1.0, 2.0, 5.0]).unwrap().entropy - 0.900_256_051_268_536_9).abs() < 1e-12);
    assert_eq!(concentration(&[0.0]), None);
}

#[test]
fn vague_places_widen_the_centre() {
    let middle = Point::new(66.0, 34.0);
    let disc = |radius_km| Site::Disc { disc: Disc { centre: middle, radius_km }, weight: 1.0 };
    // A disc's variance along each axis is R²/4, so its standard distance is R/√2.
    let one = dispersion(&[disc(100.0)]).unwrap();
    assert!((one.standard_distance_km - 100.0 / 2.0_f64.sqrt()).abs() < 1.0, "{one:?}");
    // The mean of n draws lies off by R/√(2n) in quadratic mean; 90% within √(ln 10)·R/√(2n), as for a normal.
    let sites = vec![disc(100.0); 50];
    let drawn = drawn_dispersion(&sites, 1000, 7).unwrap();
    let expected = 10.0_f64.ln().sqrt() * 100.0 / 100.0_f64.sqrt();
    assert!((drawn.centre_radius_km - expected).abs() < 1.0, "{} and {expected}", drawn.centre_radius_km);
    assert_eq!(drawn_dispersion(&sites, 1000, 7), Some(drawn));
    let exact = drawn_dispersion(&[disc(0.0), Site::exact(Point::new(67.0, 34.0))], 10, 1).unwrap();
    assert!(exact.centre_radius_km < 1e-6 && exact.major_km.low == exact.major_km.high);
}

#[test]
fn an_area_counts_with_all_its_spots() {
    let (west, east) = (Point::new(60.0, 0.0), Point::new(64.0, 0.0));
    let area = Site::Area { spots: vec![(west, 3.0), (east, 1.0)], weight: 2.0 };
    let found = dispersion(std::slice::from_ref(&area)).unwrap();
    assert!((found.centre.lon - 61.0).abs() < 1e-9 && found.centre.lat.abs() < 1e-9);
    assert!((found.ellipse.bearing.unwrap() - 90.0).abs() < 1e-6 && found.ellipse.minor_km < 1e-3);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let there = [Site::exact(Point::new(64.0, 0.0))];
    let went = travel(&[area], &there, 2000, rng.random()).unwrap();
    let drawn = went.drawn_km.unwrap();
    let degree = 6371.0_f64 * 1.0_f64.to_radians();
    assert!(drawn.low < 1e-6 && (drawn.high - 4.0 * degree).abs() < 1e-6 && (drawn.mean - 3.0 * degree).abs() < 10.0);
}

#[test]
fn there_is_no_centre_of_nothing_nor_of_the_whole_globe() {
    assert_eq!(dispersion(&[]), None);
    assert_eq!(dispersion(&[Site::exact(Point::new(0.0, 0.0)), Site::exact(Point::new(180.0, 0.0))]), None);
    assert_eq!(dispersion(&[Site::Area { spots: Vec::new(), weight: 1.0 }]), None);
    let across = dispersion(&[Site::exact(Point::new(179.0, 10.0)), Site::exact(Point::new(-179.0, 10.0))]).unwrap();
    assert!((across.centre.lon.abs() - 180.0).abs() < 1e-9, "the date line is no border: {across:?}");
}
