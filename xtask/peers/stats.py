"""Times peers of our statistics: stats.py times FILE writes the events of a Hawkes process; stats.py hawkes|networkx FILE RUNS times.

HawkesPyLib 0.3.0 gives a maximum and no intervals. For intervals its own likelihood is profiled with scipy, as ours is: each limit
of the branching ratio and of the half-life is where twice the fall of the log-likelihood is that of 90% of chi-squared with one
degree of freedom. The network is made by the same generator as ours.
"""
import json
import pathlib
import sys
import time

DAYS = 5000.0


def told(what, runs, call):
    call()  # what is compiled is compiled on the first call
    spent = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        spent.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"what": what, "ms": spent}), flush=True)


def write_times(file):
    import numpy as np
    from HawkesPyLib.simulation import ExpHawkesProcessSimulation

    times = ExpHawkesProcessSimulation(1.0, 0.5, 3 / np.log(2)).simulate(DAYS, seed=1)
    np.savetxt(file, times, fmt="%.17g")


def hawkes(file, runs):
    import numpy as np
    from HawkesPyLib.core.logll import uvhp_expo_logL
    from HawkesPyLib.inference import ExpHawkesProcessInference, uvhp_expo_mle
    from scipy.optimize import brentq, minimize
    from scipy.stats import chi2

    times = np.loadtxt(file)
    start = np.array([len(times) / DAYS / 2, 0.5, 5.0])
    infer = ExpHawkesProcessInference(rng=np.random.default_rng(0))
    fall = chi2.ppf(0.9, 1) / 2

    def intervals():
        best = np.asarray(uvhp_expo_mle(times, DAYS, start)[0], dtype=float)
        # HawkesPyLib's function is minus the log-likelihood.
        loss = lambda x: uvhp_expo_logL(np.asarray(x, dtype=float), times, DAYS)
        least = loss(best)
        limits = []
        for at in (1, 2):
            others = [i for i in range(3) if i != at]

            def profile(log):
                def inner(y):
                    x = best.copy()
                    x[at], x[others] = np.exp(log), np.exp(y)
                    return loss(x)

                found = minimize(inner, np.log(best[others]), method="L-BFGS-B")
                return found.fun - least - fall

            middle = np.log(best[at])
            limits += [brentq(profile, middle - 1.5, middle, xtol=1e-3), brentq(profile, middle, middle + 1.5, xtol=1e-3)]
        return np.exp(limits)

    told("hawkes, maximum", runs, lambda: infer.estimate(times, DAYS))
    told("hawkes, with intervals", max(1, runs // 5), intervals)


def networks(runs):
    sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "crates/stats/tests/peers"))
    import network as peer
    import networkx as nx

    directed, undirected = peer.graphs(peer.ties(1_000, 5_000, 5))
    positive = peer.part(undirected, 1)
    groups = [{n for n in undirected if n % 5 == camp} for camp in range(5)]
    few = max(1, runs // 5)
    told("degrees", runs, lambda: peer.degrees(directed, undirected))
    told("betweenness, directed", few, lambda: nx.betweenness_centrality(directed))
    told("betweenness, undirected", few, lambda: nx.betweenness_centrality(undirected))
    louvain = nx.community.louvain_communities
    told("Louvain, positive ties, one run", runs, lambda: louvain(positive, weight="weight", seed=1))
    told("modularity of a division", runs, lambda: peer.signed_modularity(undirected, groups))
    told("signed triads", runs, lambda: peer.triads(undirected))
    told("simple paths of at most 4 steps", runs, lambda: list(nx.all_simple_paths(directed, 0, 17, cutoff=4)))


def main():
    match sys.argv[1:]:
        case ["times", file]:
            write_times(file)
        case ["hawkes", file, runs]:
            hawkes(file, int(runs))
        case ["networkx", _, runs]:
            networks(int(runs))
        case _:
            sys.exit(__doc__)


main()
