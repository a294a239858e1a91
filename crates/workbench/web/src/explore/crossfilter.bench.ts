import { bench, describe } from "vitest";
import { Crossfilter } from "./crossfilter";
import { madeUp } from "./made-up";

for (const length of [60_000, 1_000_000]) {
  describe(`${length} events`, () => {
    const filter = new Crossfilter(madeUp(length));
    let at = 8000;
    bench("brush half the time", () => {
      at = 8000 + ((at + 37) % 3000);
      filter.time([at, at + 6000]);
    });
    bench("set and lift a brush", () => {
      filter.time([8000, 9000]);
      filter.time(null);
    });
    bench("choose an actor while brushed", () => {
      at += 1;
      filter.choose("actor", [`actor ${1 + (at % 9)}`]);
    });
  });
}
