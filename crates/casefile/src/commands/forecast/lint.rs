//! Words of likelihood that a forecast of the case's ledger contradicts.

use casefile_case::{Case, Diagnostic, Severity};
use casefile_forecast::ledger::Ledger;
use casefile_verdict::outlook::{disagreement, modelled};

/// A warning for every `[[forecast]]` whose word has nothing in common with a model's chance of the same event.
pub fn words(case: &Case, ledger: &Ledger) -> Vec<Diagnostic> {
    let found = case.forecasts.iter().filter_map(|forecast| {
        let word = forecast.envelope.hedge.as_deref()?;
        let by = modelled(case, ledger, forecast)?;
        let why = disagreement(case, word, by.chance)?;
        let origin = case.origin(&forecast.envelope.id)?;
        Some(Diagnostic {
            severity: Severity::Warning,
            code: "word-disagrees",
            message: format!("`{}`: {why}", forecast.envelope.id),
            file: origin.file.clone(),
            line: origin.line,
            column: origin.column,
            span: origin.span.clone(),
            expected: None,
            help: Some(format!(
                "see the forecast {} in forecasts.lock; keep the word where you know more than the model",
                by.issue.id
            )),
            related: Vec::new(),
        })
    });
    found.collect()
}
