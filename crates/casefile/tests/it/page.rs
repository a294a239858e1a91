//! The briefing in a browser: nothing goes wrong, it fits a telephone, and it can be read without scripts.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::desk::{Desk, copy, khorasan};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A page that shows the briefing in a frame as wide as a telephone, uses it as a reader would, and notes what it sees.
const READER: &str = r##"<!DOCTYPE html><meta charset="utf-8"><iframe id="frame" src="khorasan/out/brief.html" width="WIDTH" height="800"></iframe>
<script type="application/json" id="report"></script>
<script>
addEventListener("load", () => {
  const page = document.getElementById("frame").contentDocument;
  const root = page.documentElement;
  const all = selector => [...page.querySelectorAll(selector)];
  const scrolls = element => {
    for (let e = element.parentElement; e; e = e.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(e).overflowX)) return true;
    }
    return false;
  };
  const fits = () => ({
    room: root.clientWidth,
    needs: root.scrollWidth,
    sticks_out: all("body *")
      .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest("svg svg, svg *") && !scrolls(e))
      .slice(0, 5)
      .map(e => `${e.tagName}.${e.getAttribute("class")} ${e.textContent.slice(0, 40)}`),
  });
  // Texts of one picture whose boxes share more than a sliver.
  const overlaps = figure => [...figure.querySelectorAll("svg")].filter(svg => svg.getClientRects().length).flatMap(svg => {
    const texts = [...svg.querySelectorAll("text")].filter(t => t.textContent.trim()).map(t => [t, t.getBoundingClientRect()]);
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
    return texts.flatMap(([t, a], i) => texts.slice(i + 1).filter(([, b]) => meet(a, b)).map(([u]) => `${figure.id}: ${t.textContent} / ${u.textContent}`));
  });
  const folded = fits();
  const link = page.querySelector("main a[href^='#evidence-']");
  const fold = page.getElementById(link.hash.slice(1)).closest("details");
  const before = fold.open;
  link.click();
  const opened = fold.open;
  all("details").forEach(details => { details.open = true; });
  const unfolded = fits();
  const words = page.getElementById("filter-words");
  const entries = () => all(".register .entry:not([hidden])").length;
  const total = entries();
  words.value = "zzz no such words";
  words.form.dispatchEvent(new Event("input", { bubbles: true }));
  const none = entries();
  words.value = "";
  words.form.dispatchEvent(new Event("input", { bubbles: true }));
  const back = entries();
  const theme = root.dataset.theme;
  page.querySelector("button.theme").click();
  const ids = all("[id]").map(e => e.id);
  const report = {
    title: page.title,
    folded, unfolded, before, opened, total, none, back,
    theme_changes: root.dataset.theme !== theme,
    filter_shown: !page.getElementById("filter-form").hidden,
    figures: all("figure svg").length,
    missing: all("figure.missing").map(f => f.textContent.trim()),
    overlaps: all("figure").flatMap(overlaps).slice(0, 5),
    unnamed_figures: all("figure svg").filter(s => !s.querySelector("title") && !s.getAttribute("aria-label") && !s.getAttribute("aria-labelledby")).length,
    marks: all("main .mark").length,
    dead_links: all("a[href^='#']").map(a => a.getAttribute("href").slice(1)).filter(id => id && !page.getElementById(decodeURIComponent(id))).slice(0, 5),
    twice: ids.filter((id, i) => ids.indexOf(id) !== i).slice(0, 5),
    fetched: performance.getEntriesByType("resource").filter(r => !r.name.startsWith("file:")).length,
  };
  document.getElementById("report").textContent = JSON.stringify(report);
});
</script>"##;

/// The same in a frame that runs no script.
const READER_WITHOUT_SCRIPTS: &str = r##"<!DOCTYPE html><meta charset="utf-8">
<iframe id="frame" src="khorasan/out/brief.html" width="800" height="800" sandbox="allow-same-origin"></iframe>
<script type="application/json" id="report"></script>
<script>
addEventListener("load", () => {
  const page = document.getElementById("frame").contentDocument;
  const shown = element => element !== null && element.getClientRects().length > 0;
  const fold = page.querySelector("details.evidence");
  const before = fold.open;
  fold.querySelector("summary").click();
  document.getElementById("report").textContent = JSON.stringify({
    button: shown(page.querySelector("button.theme")),
    form: shown(page.getElementById("filter-form")),
    before,
    opened: fold.open,
    words: page.body.innerText.split(/\s+/).length,
    evidence: page.querySelectorAll("details.evidence").length,
    drawn: [...page.querySelectorAll("figure svg")].filter(shown).length,
  });
});
</script>"##;

/// What a reading page reports, and what the browser complains of.
#[track_caller]
fn look(browser: &str, desk: &Desk, reader: &str) -> (Value, Vec<String>) {
    desk.write("reader.html", reader);
    let (page, complaints) = open(browser, &desk.path("reader.html"), &desk.path("profile"));
    let (_, report) = page.split_once("id=\"report\">").expect("the reader's report");
    let report = report.split_once("</script>").unwrap().0;
    (serde_json::from_str(report).unwrap_or_else(|error| panic!("{error}: {report:?}")), complaints)
}

/// What the browser prints of a page, and what it complains of.
fn open(browser: &str, page: &Path, profile: &Path) -> (String, Vec<String>) {
    let output = Command::new(browser)
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-extensions",
            "--disable-sync",
        ])
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--allow-file-access-from-files", "--enable-logging=stderr"])
        .args(["--virtual-time-budget=20000", "--timeout=60000", "--window-size=1200,900"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg("--dump-dom")
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    let complaints = log.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect();
    (String::from_utf8_lossy(&output.stdout).into_owned(), complaints)
}

fn browser() -> Option<&'static str> {
    let found = BROWSERS.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok());
    if found.is_none() {
        eprintln!("skipped: no browser is here ({})", BROWSERS.join(", "));
    }
    found
}

/// The worked case with its briefing, made from the cube.
fn published() -> Desk {
    let desk = Desk::new();
    copy(&khorasan(), &desk.path("khorasan"));
    let said = desk.run(&["brief", "khorasan"]).ok();
    assert!(said.out.contains("against the evidence cube"), "{said}");
    desk
}

#[test]
fn the_briefing_of_the_worked_case_in_a_browser() {
    let Some(browser) = browser() else { return };
    let desk = published();
    for width in [380, 1100] {
        let (report, complaints) = look(browser, &desk, &READER.replace("WIDTH", &width.to_string()));
        assert_eq!(complaints, Vec::<String>::new(), "at {width} px");
        for state in ["folded", "unfolded"] {
            let fits = &report[state];
            assert!(fits["needs"].as_u64() <= fits["room"].as_u64(), "{state}, {width} px: {fits}");
            assert_eq!(fits["sticks_out"], json!([]), "{state}, {width} px");
        }
        assert_eq!((&report["before"], &report["opened"]), (&json!(false), &json!(true)), "a mark opens its evidence");
        assert!(report["total"].as_u64() >= Some(100), "claims in the register: {}", report["total"]);
        assert_eq!((&report["none"], &report["back"]), (&json!(0), &report["total"]), "the filter sifts and lets go");
        assert_eq!((&report["theme_changes"], &report["filter_shown"]), (&json!(true), &json!(true)));
        assert!(report["figures"].as_u64() >= Some(28) && report["marks"].as_u64() >= Some(100), "{report}");
        assert_eq!(report["missing"], json!([]), "figures that the worked case should have");
        assert_eq!(report["overlaps"], json!([]), "text of a figure that covers other text, {width} px");
        assert_eq!(report["unnamed_figures"], 0, "a figure without a name for those who cannot see it");
        assert_eq!(report["dead_links"], json!([]));
        assert_eq!(report["twice"], json!([]), "identifiers that stand twice");
        assert_eq!(report["fetched"], 0, "something was fetched");
    }
}

#[test]
fn the_briefing_is_readable_without_scripts() {
    let Some(browser) = browser() else { return };
    let desk = published();
    let (report, complaints) = look(browser, &desk, READER_WITHOUT_SCRIPTS);
    assert!(complaints.iter().all(|line| line.contains("Blocked script execution")), "{complaints:?}");
    assert_eq!(
        (&report["button"], &report["form"]),
        (&json!(false), &json!(false)),
        "scripts ran, or a dead form shows"
    );
    assert_eq!((&report["before"], &report["opened"]), (&json!(false), &json!(true)), "evidence unfolds by itself");
    assert!(report["words"].as_u64() >= Some(2000), "words to read: {}", report["words"]);
    assert!(report["evidence"].as_u64() >= Some(100) && report["drawn"].as_u64() >= Some(14), "{report}");
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let desk = published();
    let page = desk.read("khorasan/out/brief.html");
    for outside in [
        "<link",
        "<img",
        "<iframe",
        "@import",
        "url(http",
        "src=\"http",
        "srcset",
        "<base",
        "<form action",
        "javascript:",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert!(page.contains("default-src 'none'"));
}
