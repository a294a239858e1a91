"""Times HawkesPyLib 0.3.0 (numba) on some 10,000 events, and writes them to times.txt for the bench beside this file.

    peers/bin/pip install HawkesPyLib==0.3.0
    peers/bin/python hawkes.py
"""

import statistics
import time

import numpy as np
from HawkesPyLib.core.logll import uvhp_expo_logL
from HawkesPyLib.inference import ExpHawkesProcessInference, uvhp_expo_mle
from HawkesPyLib.simulation import ExpHawkesProcessSimulation

days = 5000.0
times = ExpHawkesProcessSimulation(1.0, 0.5, 3 / np.log(2)).simulate(days, seed=1)
np.savetxt("times.txt", times, fmt="%.17g")


def median_ms(call, rounds):
    call()  # compiled on the first call
    spent = []
    for _ in range(rounds):
        begun = time.perf_counter()
        call()
        spent.append(1e3 * (time.perf_counter() - begun))
    return statistics.median(spent)


half = np.array([len(times) / days / 2, 0.5, 5.0])
fit = ExpHawkesProcessInference(rng=np.random.default_rng(0))
print(len(times), "events")
print("mu, eta, theta; minus log-likelihood:", *uvhp_expo_mle(times, days, half)[:2])
print("one fit from a good start:", round(median_ms(lambda: uvhp_expo_mle(times, days, half), 50), 2), "ms")
print("estimate():", round(median_ms(lambda: fit.estimate(times, days), 50), 2), "ms")
print("estimate_grid():", round(median_ms(lambda: fit.estimate_grid(times, days), 10), 2), "ms")
print("one likelihood:", round(median_ms(lambda: uvhp_expo_logL(half, times, days), 200), 3), "ms")
