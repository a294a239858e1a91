"""What a careful user of DuckDB or polars would write to load a GED release, for `cargo xtask bench load`.

    python load.py duckdb|polars FILE.csv OUT.parquet
    python load.py duckdb|polars --version

Every original column is kept as text, and beside them stand the values that Casefile reads from them as numbers and
days, under its names; a value that cannot be read becomes null. Both write one Parquet file, compressed with zstd at its default level, which is 3 with both.
They hash no file, quarantine no row, look for no duplicate, learn no province, and take no sums.
"""

import sys

# Name in the core schema, and the original column it is read from.
WHOLE = {
    "core_type_of_violence": "type_of_violence",
    "core_priogrid": "priogrid_gid",
    "core_source_count": "number_of_sources",
    "core_deaths_a": "deaths_a",
    "core_deaths_b": "deaths_b",
    "core_deaths_civilians": "deaths_civilians",
    "core_deaths_unknown": "deaths_unknown",
    "core_deaths_low": "low",
    "core_deaths_best": "best",
    "core_deaths_high": "high",
    "core_date_precision": "date_prec",
    "core_place_precision": "where_prec",
    "core_event_clarity": "event_clarity",
}
REAL = {"core_latitude": "latitude", "core_longitude": "longitude"}
# `2020-03-01 00:00:00.000`: the day is its first ten characters.
DAY = {"core_date_start": "date_start", "core_date_end": "date_end"}
TRUTH = {"core_active_year": "active_year"}


def duckdb(source, target):
    import duckdb

    casts = [f"try_cast({old} AS BIGINT) AS {new}" for new, old in WHOLE.items()]
    casts += [f"try_cast({old} AS DOUBLE) AS {new}" for new, old in REAL.items()]
    casts += [f"try_cast(left({old}, 10) AS DATE) AS {new}" for new, old in DAY.items()]
    casts += [f"try_cast({old} AS BOOLEAN) AS {new}" for new, old in TRUTH.items()]
    duckdb.sql(
        f"COPY (SELECT *, {', '.join(casts)} FROM read_csv('{source}', all_varchar=true)) "
        f"TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
    )


def polars(source, target):
    import polars as pl

    casts = [pl.col(old).cast(pl.Int64, strict=False).alias(new) for new, old in WHOLE.items()]
    casts += [pl.col(old).cast(pl.Float64, strict=False).alias(new) for new, old in REAL.items()]
    casts += [pl.col(old).str.head(10).str.to_date("%Y-%m-%d", strict=False).alias(new) for new, old in DAY.items()]
    casts += [pl.col(old).is_in(["true", "True", "1"]).alias(new) for new, old in TRUTH.items()]
    # The streaming engine: in bounded memory, and the faster one here.
    pl.scan_csv(source, infer_schema=False).with_columns(casts).sink_parquet(target, compression="zstd")


def main():
    name, *rest = sys.argv[1:]
    if rest == ["--version"]:
        print(__import__(name).__version__)
    else:
        {"duckdb": duckdb, "polars": polars}[name](*rest)


main()
