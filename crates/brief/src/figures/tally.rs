//! How the claims of the case fare, by kind or topic.

use crate::context::Context;
use crate::figure::{self, verdicts};
use crate::keys::Keys;
use crate::markdown::Directive;
use crate::slip::Slip;

pub(super) fn verdicts(context: &Context<'_>, directive: &Directive, id: &str) -> Result<String, Vec<Slip>> {
    let mut keys = Keys::new(context, directive, &["by"]);
    let by_topic = keys.one("by", &[("kind", false), ("topic", true)]).unwrap_or_default();
    let title = keys.title(|| format!("Verdicts by {}", if by_topic { "topic" } else { "kind of claim" }));
    let (by_topic, title) = keys.finish((by_topic, title))?;
    let mut kinds: Vec<verdicts::Kind> = Vec::new();
    for claim in &context.input.case.claims {
        let name = if by_topic {
            claim.topic.clone().unwrap_or_else(|| "other".to_owned())
        } else {
            claim.check.as_ref().map_or("no check", |check| check.name()).to_owned()
        };
        if !kinds.iter().any(|kind| kind.name == name) {
            kinds.push(verdicts::Kind { name: name.clone(), ..verdicts::Kind::default() });
        }
        if let Some(kind) = kinds.iter_mut().find(|kind| kind.name == name) {
            let counts = &mut kind.counts;
            let cells = [
                &mut counts.supported,
                &mut counts.consistent,
                &mut counts.mixed,
                &mut counts.contradicted,
                &mut counts.not_testable,
            ];
            for (i, cell) in cells.into_iter().enumerate() {
                *cell += usize::from(i == context.verdict(&claim.envelope.id) as usize);
            }
        }
    }
    let input = verdicts::Verdicts { title, kinds };
    Ok(figure::html(id, "", |options| verdicts::render(&input, options)))
}
