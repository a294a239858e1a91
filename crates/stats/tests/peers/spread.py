"""What pointpats (PySAL) and PROJ make of a few weighted points, as JSON.

    python spread.py > spread.json

The points are projected on the plane around their mean centre (azimuthal equidistant, a sphere of 6,371 km) by PROJ. The centre is found
by going to pointpats' mean centre on the plane until it stays.
"""

import json
import sys

import numpy as np
import pointpats
import pyproj
from pointpats import centrography

# Towns of Afghanistan, rounded, and a far one; weights made up.
POINTS = [
    (70.45, 34.43, 5), (69.17, 34.53, 9), (65.71, 31.61, 2), (62.20, 34.34, 1), (67.11, 36.71, 3), (70.86, 35.15, 4),
    (71.10, 34.87, 2), (68.87, 36.73, 1), (61.86, 30.96, 1), (66.90, 33.00, 1), (70.57, 37.12, 2),
]  # fmt: skip


def plane(lon, lat):
    return pyproj.Proj(f"+proj=aeqd +lon_0={float(lon)!r} +lat_0={float(lat)!r} +R=6371000 +units=km")


def fixture():
    lon, lat, weights = (np.array(column, dtype=float) for column in zip(*POINTS))
    centre = (np.average(lon, weights=weights), np.average(lat, weights=weights))
    for _ in range(50):
        proj = plane(*centre)
        xy = np.column_stack(proj(lon, lat))
        mean = centrography.weighted_mean_center(xy, weights)
        centre = tuple(float(c) for c in proj(*mean, inverse=True))
    xy = np.column_stack(plane(*centre)(lon, lat))
    major, minor, angle = centrography.ellipse(xy, weights, "yuill", crimestatCorr=False, degfreedCorr=False)
    # Their angle runs from east against the clock.
    bearing = (90 - np.degrees(angle)) % 180
    repeated = np.repeat(xy, weights.astype(int), axis=0)
    geod = pyproj.Geod(a=6371000, b=6371000)
    there, _, far = geod.inv(lon[0], lat[0], lon[3], lat[3])
    return {
        "pointpats": pointpats.__version__,
        "pyproj": pyproj.__version__,
        "points": POINTS,
        "centre": centre,
        "standard_distance_km": float(centrography.std_distance(repeated)),
        "major_km": float(major),
        "minor_km": float(minor),
        "bearing": float(bearing),
        "first_to_fourth_km": far / 1000,
        "first_to_fourth_bearing": there % 360,
    }


if __name__ == "__main__":
    json.dump(fixture(), sys.stdout, indent=1)
