"""Times a peer on the queries of ten measures: measures.py PEER RUNS < what `casefile-bench` printed.

The peer reads the same Parquet file, and answers the same text of SQL, but for names of functions. The toll's draws and the
verdict, which are in our time, are not in the peer's.
"""
import json
import sys
import time


def duckdb_connection(files):
    import duckdb

    connection = duckdb.connect()
    names = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
    connection.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet([{names}])")
    return lambda sql: connection.execute(sql.replace("fingerprint(", "hash(")).fetchall()


def main():
    peer, runs = sys.argv[1], int(sys.argv[2])
    if peer != "duckdb":
        sys.exit(f"no such peer: {peer}")
    asked = json.load(sys.stdin)
    ask = duckdb_connection(asked["events"])
    answers = []
    for measure in asked["measures"]:
        times = []
        for run in range(runs + 1):
            start = time.perf_counter()
            rows = [len(ask(sql)) for sql in measure["sql"]]
            if run > 0:
                times.append((time.perf_counter() - start) * 1e3)
        answers.append({"measure": measure["measure"], "ms": times, "rows": rows})
    print(json.dumps(answers))


main()
