//! What a query would hand out: which datasets its answer draws on, and whether single events of one that may not be
//! passed on stand in it.
//!
//! The plan of the query is walked from its answer down to the tables. Rows that reach the answer through no
//! aggregate are **bare**. Where an aggregate stands between, its groups are counted: one that rests on fewer events
//! than the licence asks for is **too small**, unless a `having` leaves it out. The aggregate nearest to the rows is
//! the one that counts, and functions that list values, such as `array_agg`, are no aggregates here.

use std::collections::{BTreeMap, BTreeSet};

use casefile_case::lock::{Dataset, Lock};
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::{DataFusionError, Result};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, LogicalPlanBuilder, Operator, col, lit};
use datafusion::optimizer::push_down_filter::PushDownFilter;
use datafusion::optimizer::{Optimizer, OptimizerContext};
use datafusion::prelude::SessionContext;

use crate::engine::{Lake, LakeError};

/// The tables that hold events, or records, of every dataset.
const SHARED: [&str; 5] = ["events", "observed", "series", "actor_list", "quarantine"];
/// The tables that hold only what has been added up.
const ADDED_UP: [&str; 3] = ["cube", "cube_tolls", "verdicts"];
/// Aggregates that hand their rows on.
const LISTING: [&str; 5] = ["array_agg", "string_agg", "first_value", "last_value", "nth_value"];
/// Name of the count that is put beside what a query counts.
const RESTS_ON: &str = "events that the group rests on";

/// What a query's answer draws on and shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exposure {
    /// Ids of the datasets that the answer draws on, in order.
    pub datasets: Vec<String>,
    /// Of those, the ones whose licence lets no rows be passed on and whose rows stand in the answer.
    pub bare: Vec<String>,
    /// Groups that rest on too few events of such a dataset.
    pub small: Option<SmallGroups>,
}

/// Groups of an aggregate that rest on too few events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmallGroups {
    /// The dataset with the strictest bound.
    pub dataset: String,
    /// The fewest events that a group may rest on.
    pub least: u64,
    /// How many groups rest on fewer.
    pub small: u64,
    /// How many groups there are.
    pub groups: u64,
}

impl Lake {
    /// What the answer to a query would draw on and show, by the terms that the lock keeps of each dataset.
    ///
    /// # Errors
    /// As [`Lake::sql`].
    pub fn exposure(&self, sql: &str, lock: &Lock) -> std::result::Result<Exposure, LakeError> {
        let missing = self.missing().to_vec();
        let lock = lock.clone();
        self.with_plan(sql, move |context, plan| async move {
            let plan = pushed_down(plan)?;
            let mut walk = Walk {
                lock: &lock,
                missing: &missing,
                drawn: BTreeSet::new(),
                bare: BTreeSet::new(),
                guards: Vec::new(),
            };
            walk.plan(&plan, &Above::default())?;
            let mut exposure = Exposure {
                datasets: walk.drawn.into_iter().collect(),
                bare: walk.bare.into_iter().collect(),
                small: None,
            };
            for guard in walk.guards {
                let strictest =
                    guard.datasets.iter().filter_map(|id| lock.dataset(id)).max_by_key(|d| d.least_events());
                let Some(strictest) = strictest else { continue };
                match small_groups(&context, &guard, strictest).await {
                    Ok(found) => exposure.small = exposure.small.or(found),
                    // What cannot be counted on its own may hide anything.
                    Err(_) => exposure.bare.push(strictest.id.clone()),
                }
            }
            Ok(exposure)
        })
    }
}

/// Conditions are moved down to the tables, so that a table's own are found at it.
fn pushed_down(plan: LogicalPlan) -> Result<LogicalPlan> {
    let optimizer = Optimizer::with_rules(vec![std::sync::Arc::new(PushDownFilter::new())]);
    optimizer.optimize(plan, &OptimizerContext::new(), |_, _| ())
}

/// What stands above a node of the plan, between it and the answer.
#[derive(Clone, Default)]
struct Above {
    /// The nearest aggregate: an index of [`Walk::guards`].
    guard: Option<usize>,
    /// Conditions directly above.
    conditions: Vec<Expr>,
}

/// An aggregate over rows that may not be passed on.
struct Guard {
    aggregate: Aggregate,
    having: Vec<Expr>,
    datasets: BTreeSet<String>,
}

struct Walk<'a> {
    lock: &'a Lock,
    missing: &'a [String],
    drawn: BTreeSet<String>,
    bare: BTreeSet<String>,
    guards: Vec<Guard>,
}

impl Walk<'_> {
    fn plan(&mut self, plan: &LogicalPlan, above: &Above) -> Result<()> {
        self.subqueries(plan)?;
        match plan {
            LogicalPlan::TableScan(scan) => {
                let conditions: Vec<&Expr> = scan.filters.iter().chain(&above.conditions).collect();
                self.table(scan.table_name.table(), &conditions, above.guard);
                Ok(())
            }
            LogicalPlan::Filter(filter) => {
                let mut above = above.clone();
                above.conditions.push(filter.predicate.clone());
                self.plan(&filter.input, &above)
            }
            // Another name for the same rows.
            LogicalPlan::SubqueryAlias(alias) => self.plan(&alias.input, above),
            LogicalPlan::Aggregate(aggregate) if !lists(aggregate)? => {
                let datasets = BTreeSet::new();
                self.guards.push(Guard { aggregate: aggregate.clone(), having: above.conditions.clone(), datasets });
                let inside = Above { guard: Some(self.guards.len() - 1), conditions: Vec::new() };
                self.plan(&aggregate.input, &inside)
            }
            other => {
                let inside = Above { guard: above.guard, conditions: Vec::new() };
                other.inputs().into_iter().try_for_each(|input| self.plan(input, &inside))
            }
        }
    }

    /// A subquery within an expression: a scalar one may put a value of a row into the answer.
    fn subqueries(&mut self, plan: &LogicalPlan) -> Result<()> {
        let mut inner = Vec::new();
        plan.apply_expressions(|expression| {
            expression.apply(|expression| {
                match expression {
                    Expr::ScalarSubquery(subquery) => inner.push(subquery.subquery.clone()),
                    Expr::InSubquery(within) => inner.push(within.subquery.subquery.clone()),
                    Expr::Exists(exists) => inner.push(exists.subquery.subquery.clone()),
                    _ => {}
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })?;
        inner.iter().try_for_each(|plan| self.plan(plan, &Above::default()))
    }

    fn table(&mut self, name: &str, conditions: &[&Expr], guard: Option<usize>) {
        let only = conditions.iter().flat_map(|c| split_conjunction(c)).find_map(named_datasets);
        let added_up = ADDED_UP.contains(&name);
        let holds = |dataset: &&Dataset| {
            if added_up {
                name == "verdicts" || self.lock.cube(&dataset.id).is_some()
            } else if SHARED.contains(&name) {
                !self.missing.contains(&dataset.id)
            } else {
                dataset.native_table() == name && !self.missing.contains(&dataset.id)
            }
        };
        let named = |dataset: &&Dataset| only.as_ref().is_none_or(|ids| ids.contains(&dataset.id));
        for dataset in self.lock.datasets.iter().filter(holds).filter(named) {
            self.drawn.insert(dataset.id.clone());
            if dataset.redistribute_rows || added_up {
                continue;
            }
            match guard {
                Some(guard) => self.guards[guard].datasets.insert(dataset.id.clone()),
                None => self.bare.insert(dataset.id.clone()),
            };
        }
    }
}

/// Whether an aggregate hands rows on.
fn lists(aggregate: &Aggregate) -> Result<bool> {
    let mut lists = false;
    for expression in &aggregate.aggr_expr {
        expression.apply(|e| {
            if let Expr::AggregateFunction(function) = e {
                lists |= LISTING.contains(&function.func.name());
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
    }
    Ok(lists)
}

/// The datasets that a condition leaves: `dataset = 'a'`, `dataset in ('a', 'b')`.
fn named_datasets(condition: &Expr) -> Option<BTreeSet<String>> {
    let is_dataset = |e: &Expr| matches!(e, Expr::Column(column) if column.name == "dataset");
    let text = |e: &Expr| match e {
        Expr::Literal(ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)), _) => Some(text.clone()),
        _ => None,
    };
    match condition {
        Expr::BinaryExpr(binary) if binary.op == Operator::Eq => {
            let (left, right) = (&binary.left, &binary.right);
            let value = if is_dataset(left) { right } else { left };
            (is_dataset(left) || is_dataset(right)).then(|| text(value).map(|text| BTreeSet::from([text])))?
        }
        Expr::InList(list) if !list.negated && is_dataset(&list.expr) => list.list.iter().map(text).collect(),
        _ => None,
    }
}

/// Counts the rows behind every group that the answer keeps.
async fn small_groups(context: &SessionContext, guard: &Guard, strictest: &Dataset) -> Result<Option<SmallGroups>> {
    let aggregate = &guard.aggregate;
    let mut counted = aggregate.aggr_expr.clone();
    counted.push(count(lit(1)).alias(RESTS_ON));
    let mut builder =
        LogicalPlanBuilder::from(aggregate.input.as_ref().clone()).aggregate(aggregate.group_expr.clone(), counted)?;
    for condition in &guard.having {
        builder = builder.filter(condition.clone())?;
    }
    let rests_on = || col(datafusion::common::Column::from_name(RESTS_ON));
    let least = strictest.least_events();
    let bound = i64::try_from(least).unwrap_or(i64::MAX);
    let is_small = rests_on().gt(lit(0_i64)).and(rests_on().lt(lit(bound)));
    let builder = builder.aggregate(
        Vec::<Expr>::new(),
        vec![
            count(lit(1)).alias("groups"),
            count(datafusion::logical_expr::when(is_small, lit(1_i64)).end()?).alias("small"),
        ],
    )?;
    let batches = context.execute_logical_plan(builder.build()?).await?.collect().await?;
    let totals: BTreeMap<&str, u64> = ["groups", "small"]
        .into_iter()
        .map(|name| {
            let sum: i64 = batches
                .iter()
                .filter_map(|batch| {
                    let column = batch.column_by_name(name)?;
                    Some(column.as_any().downcast_ref::<arrow::array::Int64Array>()?.iter().flatten().sum::<i64>())
                })
                .sum();
            (name, u64::try_from(sum).unwrap_or(0))
        })
        .collect();
    let found = |name: &str| totals.get(name).copied().ok_or_else(|| DataFusionError::Internal(name.to_owned()));
    let (groups, small) = (found("groups")?, found("small")?);
    Ok((small > 0).then(|| SmallGroups { dataset: strictest.id.clone(), least, small, groups }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use casefile_ingest::{AddOptions, add};

    use super::*;

    /// A case with the trap file twice, once under a licence that lets no rows be passed on.
    fn case() -> (tempfile::TempDir, Lock) {
        let case = tempfile::tempdir().unwrap();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/fixtures/ged-traps.csv");
        for id in ["open", "closed"] {
            let id = Some(id.to_owned());
            let options = AddOptions { file: file.clone(), adapter: "ucdp-ged".into(), id, ..AddOptions::default() };
            add(case.path(), &options, &mut |_| {}).unwrap();
        }
        let mut lock = Lock::read(case.path()).unwrap();
        for dataset in lock.datasets.iter_mut().filter(|dataset| dataset.id == "closed") {
            dataset.redistribute_rows = false;
            dataset.smallest_cell = 5;
        }
        (case, lock)
    }

    #[test]
    fn rows_are_told_from_aggregates_and_small_groups_from_large() {
        let (case, lock) = case();
        let lake = Lake::open(case.path(), &lock).unwrap();
        let of = |sql: &str| lake.exposure(sql, &lock).unwrap();
        for bare in [
            "select * from events",
            "select event_id from events where dataset = 'closed' limit 3",
            "select * from closed",
            "select * from quarantine",
            "select place from observed order by 1",
            "select distinct place from events",
            "select a.event_id from events a join open b on a.event_id = b.event_id",
            "select array_agg(event_id) from events",
            "select country, (select max(event_id) from (select event_id from events where dataset = 'closed' order by row limit 1)) from open",
            "select row_number() over (order by date_start) r, place from events",
            "select 'open' as dataset, place from (select * from events) where place = 'Hilltown'",
        ] {
            let exposure = of(bare);
            assert!(exposure.bare == ["closed"] || exposure.small.is_some(), "{bare}: {exposure:?}");
        }
        for open in [
            "select * from open",
            "select * from events where dataset = 'open'",
            "select e.event_id from events e join open o using (event_id) where e.dataset in ('open')",
            "select * from datasets",
            "select 1",
        ] {
            let exposure = of(open);
            assert_eq!((exposure.bare, exposure.small), (vec![], None), "{open}");
        }
        assert_eq!(of("select count(*) from events").datasets, ["closed", "open"]);
        assert_eq!(of("select * from open").datasets, ["open"]);
        assert_eq!(of("select 1").datasets, [""; 0]);

        let large = of("select count(*) n, sum(deaths_best) d from events where dataset = 'closed'");
        assert_eq!((large.bare, large.small), (vec![], None));
        let grouped = "select admin1, count(*) n from events where dataset = 'closed' group by admin1";
        let small = of(grouped).small.unwrap();
        assert_eq!((small.dataset.as_str(), small.least), ("closed", 5));
        assert!(0 < small.small && small.small < small.groups, "{small:?}");
        assert_eq!(of(&format!("{grouped} having count(*) >= 5")).small, None);
        assert_eq!(of("select distinct event_id from closed").bare, ["closed"]);
        assert!(of("select event_id, sum(deaths_best) from events group by 1").small.is_some());
        // No event is no small group.
        assert_eq!(of("select count(*) from events where country = 'Nowhere'").small, None);
    }
}
