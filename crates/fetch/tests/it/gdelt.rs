//! GDELT: the master list and its files.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex};

use casefile_fetch::{ClientError, FetchError};
use md5::{Digest, Md5};
use serde_json::Value;

use crate::desk::Desk;
use crate::server::{How, Reply, Seen, Server};

type Mood = Box<dyn FnMut(&Seen) -> Option<Reply> + Send>;

/// The files of a day, by name.
fn day() -> BTreeMap<String, Vec<u8>> {
    let stamps = (0..96).map(|n| format!("20200301{:02}{:02}00", n / 4, n % 4 * 15));
    let kinds = ["export.CSV", "mentions.CSV", "gkg.csv"];
    stamps
        .flat_map(|stamp| kinds.map(|kind| (format!("{stamp}.{kind}.zip"), format!("{kind} of {stamp}").into_bytes())))
        .collect()
}

/// The master list of files. Its addresses lie on a host that must not be asked.
fn list(files: &BTreeMap<String, Vec<u8>>) -> String {
    let md5 = |bytes: &[u8]| Md5::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let line = |(name, bytes): (&String, &Vec<u8>)| {
        format!("{} {} http://data.gdelt.invalid/gdeltv2/{name}\n", bytes.len(), md5(bytes))
    };
    files.iter().map(line).collect()
}

/// A server of what is in the list, with `mood` in between.
fn serve(list: String, files: BTreeMap<String, Vec<u8>>) -> (Server, Arc<Mutex<Mood>>) {
    let mood: Arc<Mutex<Mood>> = Arc::new(Mutex::new(Box::new(|_| None)));
    let inner = mood.clone();
    let server = Server::new(move |seen| {
        if let Some(reply) = (inner.lock().unwrap())(seen) {
            return reply;
        }
        match seen.path().trim_start_matches('/') {
            "masterfilelist.txt" => Reply::file(seen, list.as_bytes(), "\"list\""),
            name => files.get(name).map_or_else(|| Reply::new(404, ""), |bytes| Reply::new(200, bytes.clone())),
        }
    });
    (server, mood)
}

fn manifest(desk: &Desk) -> Value {
    serde_json::from_slice(&fs::read(desk.path("gdelt-2020-03-01_2020-03-01/manifest.json")).unwrap()).unwrap()
}

const SPEC: &str = "gdelt@2020-03-01";

#[test]
fn the_files_of_events_are_fetched_and_no_others() {
    let mut desk = Desk::new();
    let (server, _) = serve(list(&day()), day());
    let fetched = desk.fetch(&desk.order(SPEC), &server).unwrap();
    assert_eq!(desk.names(), ["gdelt-2020-03-01_2020-03-01"]);
    let names: Vec<_> =
        fs::read_dir(&fetched.path).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 97);
    for (name, bytes) in day().iter().filter(|(name, _)| name.contains("export")) {
        assert_eq!(&fs::read(fetched.path.join(name)).unwrap(), bytes);
    }
    assert_eq!((fetched.receipt.rows, fetched.receipt.notes.len()), (96, 0));
    assert_eq!(server.seen().len(), 97);
    assert!(desk.fetch(&desk.order(SPEC), &server).unwrap().was_here);
    assert_eq!(server.seen().len(), 97);
}

#[test]
fn missing_quarters_are_reported_and_filled_up_when_they_come() {
    let mut desk = Desk::new();
    let mut files = day();
    files.remove("20200301031500.export.CSV.zip");
    // The list breaks off in the evening, and one file that it names is not there.
    let known: BTreeMap<_, _> = files.clone().into_iter().filter(|(name, _)| name < &"2020030122".to_owned()).collect();
    let mut served = known.clone();
    served.remove("20200301100000.export.CSV.zip");
    let (server, _) = serve(list(&known), served);
    let fetched = desk.fetch(&desk.order(SPEC), &server).unwrap();
    assert_eq!(fetched.receipt.rows, 86);
    let found = manifest(&desk);
    assert_eq!(found["missing"], serde_json::json!(["2020-03-01T03:15:00"]));
    assert_eq!(found["absent"], serde_json::json!(["20200301100000.export.CSV.zip"]));
    assert_eq!(found["unpublished"], 8);
    assert_eq!(fetched.receipt.notes.len(), 3, "{:?}", fetched.receipt.notes);
    // Later there are more; only those are asked for.
    let (later, _) = serve(list(&files), files);
    let fetched = desk.fetch(&desk.order(SPEC), &later).unwrap();
    assert_eq!((fetched.receipt.rows, fetched.receipt.notes.len()), (95, 1));
    assert_eq!(later.seen().len(), 1 + 9);
    assert_eq!(desk.names(), ["gdelt-2020-03-01_2020-03-01"]);
}

#[test]
fn a_wrong_hash_or_size_is_asked_again_and_never_kept() {
    let mut desk = Desk::new();
    let (server, mood) = serve(list(&day()), day());
    let mut n = 0;
    *mood.lock().unwrap() = Box::new(move |seen| {
        n += u32::from(seen.path().ends_with("120000.export.CSV.zip"));
        match n {
            1 if seen.path().contains("120000") => Some(Reply::new(200, "export.CSV of 20200301120001")),
            2 if seen.path().contains("120000") => Some(Reply::new(200, "export")),
            3 if seen.path().contains("120000") => Some(Reply::new(200, vec![b'x'; 40]).how(How::CutAfter(7))),
            _ => None,
        }
    });
    desk.fetch(&desk.order(SPEC), &server).unwrap();
    assert_eq!(desk.waits(), 3);
    assert!(desk.told.iter().any(|told| told.contains("its MD5 is")), "{:?}", desk.told);
    assert!(desk.told.iter().any(|told| told.contains("6 bytes have come, the list says 28")), "{:?}", desk.told);
}

#[test]
fn a_file_that_stays_wrong_is_an_error_and_the_next_run_fetches_the_rest() {
    let mut desk = Desk::new();
    let (server, mood) = serve(list(&day()), day());
    let wrong =
        |seen: &Seen| seen.path().contains("20200301234500").then(|| Reply::new(200, "export.CSV of 20200301234501"));
    *mood.lock().unwrap() = Box::new(wrong);
    let error = desk.fetch(&desk.order(SPEC), &server).unwrap_err();
    assert!(matches!(error, FetchError::Client(ClientError::GaveUp { .. })), "{error}");
    assert!(error.to_string().contains("its MD5 is"), "{error}");
    assert_eq!(desk.names(), ["gdelt-2020-03-01_2020-03-01.part"]);
    // A kept file that was damaged since is fetched again.
    let kept = desk.path("gdelt-2020-03-01_2020-03-01.part/files/20200301000000.export.CSV.zip");
    fs::write(kept, "export.CSV of 20200301000001").unwrap();
    *mood.lock().unwrap() = Box::new(|_| None);
    let before = server.seen().len();
    desk.fetch(&desk.order(SPEC), &server).unwrap();
    let mut asked = server.targets("")[before..].to_vec();
    asked.sort();
    assert_eq!(asked, ["/20200301000000.export.CSV.zip", "/20200301234500.export.CSV.zip"]);
    assert_eq!(manifest(&desk)["files"].as_array().unwrap().len(), 96);
}

#[test]
fn a_list_that_is_none_or_breaks_off_is_an_error() {
    let whole = list(&day());
    let cut = whole.len() - 30;
    for (reply, reason) in [
        (Reply::web_page(), "breaks off"),
        (Reply::new(200, "<html>\n</html>\n"), "this is no list"),
        (Reply::new(200, whole.clone()).how(How::ShortAfter(cut)), "breaks off"),
        (Reply::new(404, ""), "is not there"),
        (Reply::new(200, whole.replace("/20200301", "/20200302")), "the list has no file of events"),
    ] {
        let mut desk = Desk::new();
        let (server, mood) = serve(whole.clone(), day());
        *mood.lock().unwrap() = Box::new(move |_| Some(reply.clone()));
        let error = desk.fetch(&desk.order(SPEC), &server).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(desk.names(), ["gdelt-2020-03-01_2020-03-01.part"]);
        *mood.lock().unwrap() = Box::new(|_| None);
        desk.fetch(&desk.order(SPEC), &server).unwrap();
    }
}

#[test]
fn a_list_that_was_cut_off_is_gone_on_with() {
    let mut desk = Desk::new();
    let whole = list(&day());
    let (server, mood) = serve(whole.clone(), day());
    let mut n = 0;
    *mood.lock().unwrap() = Box::new(move |seen| {
        n += 1;
        (n == 1).then(|| Reply::file(seen, whole.as_bytes(), "\"list\"").how(How::CutAfter(1000)))
    });
    desk.fetch(&desk.order(SPEC), &server).unwrap();
    assert_eq!(server.seen()[1].header("range"), Some("bytes=1000-"));
}

#[test]
fn a_folder_that_no_fetch_has_left_so_is_not_touched() {
    let mut desk = Desk::new();
    let (server, _) = serve(list(&day()), day());
    let target = desk.path("gdelt-2020-03-01_2020-03-01");
    fs::create_dir(&target).unwrap();
    assert!(matches!(desk.fetch(&desk.order(SPEC), &server), Err(FetchError::InTheWay { .. })));
    fs::remove_dir(&target).unwrap();
    desk.fetch(&desk.order(SPEC), &server).unwrap();
    fs::remove_file(target.join("20200301000000.export.CSV.zip")).unwrap();
    assert!(matches!(desk.fetch(&desk.order(SPEC), &server), Err(FetchError::InTheWay { .. })));
}
