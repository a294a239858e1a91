"""What networkx makes of a small signed graph, as JSON; or, with `time`, how long it takes over a large one.

    python network.py > network.json      the fixture
    python network.py time                seconds a call, for 1,000 actors and 5,000 ties
"""

import json
import sys
import time
from itertools import combinations

import networkx as nx


def ties(actors, count, camps):
    """Directed signed ties, drawn by a small generator that the benchmark repeats: (from, to, sign, weight)."""
    state = 20_210_815
    found = {}

    def draw(n):
        nonlocal state
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        return (state >> 33) % n

    while len(found) < count:
        a, b, chance, weight = draw(actors), draw(actors), draw(100), 1 + draw(4)
        friendly = chance < (90 if a % camps == b % camps else 25)
        if a != b and (a, b) not in found:
            # One sign for both directions: networkx has one sign for each pair of a simple graph.
            sign = found[b, a][0] if (b, a) in found else (1 if friendly else -1)
            found[a, b] = (sign, weight)
    return [(a, b, sign, weight) for (a, b), (sign, weight) in found.items()]


def graphs(edges):
    directed = nx.DiGraph()
    for a, b, sign, weight in edges:
        directed.add_edge(a, b, sign=sign, weight=weight)
    undirected = nx.Graph()
    for a, b, sign, weight in edges:
        total = weight + (undirected[a][b]["weight"] if undirected.has_edge(a, b) else 0)
        undirected.add_edge(a, b, sign=sign, weight=total)
    return directed, undirected


def part(graph, sign):
    """The ties of one sign between all actors of the graph."""
    kept = nx.Graph()
    kept.add_nodes_from(graph)
    kept.add_edges_from((a, b, data) for a, b, data in graph.edges(data=True) if data["sign"] == sign)
    return kept


def signed_modularity(graph, groups):
    """Gómez et al. (2009) from networkx's modularity of the two parts."""
    positive, negative = part(graph, 1), part(graph, -1)
    w = [g.size(weight="weight") for g in (positive, negative)]
    q = [nx.community.modularity(g, groups, weight="weight") for g in (positive, negative)]
    return (w[0] * q[0] - w[1] * q[1]) / sum(w), q


def triads(graph):
    counts = [0, 0, 0, 0]
    for clique in nx.enumerate_all_cliques(graph):
        if len(clique) == 3:
            counts[sum(graph[a][b]["sign"] < 0 for a, b in combinations(clique, 2))] += 1
    return counts


def degrees(directed, undirected):
    """As many measures of each actor as we take."""
    friends, foes = part(undirected, 1), part(undirected, -1)
    return [
        nx.degree_centrality(undirected),
        *(dict(of) for of in (directed.in_degree(), directed.out_degree(), friends.degree(), foes.degree())),
        *(dict(of(weight="weight")) for of in (directed.in_degree, directed.out_degree, friends.degree, foes.degree)),
    ]


def fixture():
    edges = ties(40, 220, 3)
    directed, undirected = graphs(edges)
    order = sorted(directed)
    groups = [{n for n in order if n % 3 == camp} for camp in range(3)]
    signed, (positive, negative) = signed_modularity(undirected, groups)
    louvain = nx.community.louvain_communities(part(undirected, 1), weight="weight", seed=1)
    source, target = 0, 17
    listed = lambda of: [of[n] for n in order]
    return {
        "networkx": nx.__version__,
        "edges": edges,
        "in": listed(dict(directed.in_degree())),
        "out": listed(dict(directed.out_degree())),
        "in_weight": listed(dict(directed.in_degree(weight="weight"))),
        "out_weight": listed(dict(directed.out_degree(weight="weight"))),
        "neighbours": listed(dict(undirected.degree())),
        "centrality": listed(nx.degree_centrality(undirected)),
        "betweenness_directed": listed(nx.betweenness_centrality(directed)),
        "betweenness_undirected": listed(nx.betweenness_centrality(undirected)),
        "groups": [n % 3 for n in order],
        "modularity_signed": signed,
        "modularity_positive": positive,
        "modularity_negative": negative,
        "louvain_positive": nx.community.modularity(part(undirected, 1), louvain, weight="weight"),
        "triads": triads(undirected),
        "shortest_paths": sorted(nx.all_shortest_paths(directed, source, target)),
        "simple_paths": sorted(nx.all_simple_paths(directed, source, target, cutoff=4), key=lambda p: (len(p), p)),
    }


def timed():
    directed, undirected = graphs(ties(1_000, 5_000, 5))
    positive = part(undirected, 1)
    groups = [{n for n in undirected if n % 5 == camp} for camp in range(5)]
    calls = {
        "degrees": lambda: degrees(directed, undirected),
        "betweenness, directed": lambda: nx.betweenness_centrality(directed),
        "betweenness, undirected": lambda: nx.betweenness_centrality(undirected),
        "Louvain, positive ties, one run": lambda: nx.community.louvain_communities(positive, weight="weight", seed=1),
        "modularity of a division": lambda: signed_modularity(undirected, groups),
        "signed triads": lambda: triads(undirected),
        "simple paths of at most 4 steps": lambda: list(nx.all_simple_paths(directed, 0, 17, cutoff=4)),
    }
    for name, call in calls.items():
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - start)
        print(f"{name:34} {min(seconds) * 1000:10.3f} ms")


if __name__ == "__main__":
    timed() if sys.argv[1:] == ["time"] else json.dump(fixture(), sys.stdout)
