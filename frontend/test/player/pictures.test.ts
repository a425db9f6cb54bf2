import assert from "node:assert/strict";
import { test } from "node:test";
import { isTurned, Shelf, wantsMotion, type Taste } from "../../src/page/player/pictures.ts";
import { CUE_KINDS, type Figure } from "../../src/page/player/plan.ts";

const USUAL: Taste = { moving: true, stillInHolds: true };

function figure(slug: string, more: Partial<Figure> = {}): Figure {
  const at = (name: string): string => `/static/figures/${slug}${name}`;
  return { still_avif: at(".avif"), still_webp: at(".webp"), anim: at(".anim.avif"), alt: slug, turns: "none", ...more };
}

/** A shelf whose pictures come when the test says so; a picture is its own address. */
function shelf(missing: readonly string[] = []) {
  const asked: string[] = [];
  let arrivals = 0;
  const made = new Shelf<string>(
    async (address) => {
      asked.push(address);
      if (missing.includes(address)) throw new Error("404");
      return address;
    },
    () => void (arrivals += 1),
  );
  const settled = async (): Promise<void> => new Promise((done) => setTimeout(done));
  return { made, asked, settled, arrivals: () => arrivals };
}

test("pictures move while something moves, and stand still in a hold, a rest and at the end", () => {
  const moving = CUE_KINDS.filter((kind) => wantsMotion(kind, true, USUAL));
  assert.deepEqual(moving, ["change", "get_ready", "rep", "breathe", "roll", "move", "switch_side"]);
});

test("whoever wants it sees holds in motion, too", () => {
  assert.equal(wantsMotion("hold", true, { ...USUAL, stillInHolds: false }), true);
  assert.equal(wantsMotion("rest", true, { ...USUAL, stillInHolds: false }), false);
});

test("a pause shows the still, and so does whoever wants nothing to move", () => {
  for (const kind of CUE_KINDS) {
    assert.equal(wantsMotion(kind, false, { ...USUAL, stillInHolds: false }), false);
    assert.equal(wantsMotion(kind, true, { moving: false, stillInHolds: false }), false);
  }
});

test("the right side is the left one turned round; what shows both sides in motion is not turned", () => {
  const turned = (turns: Figure["turns"], motion: boolean): boolean => isTurned(figure("x", { turns }), "right", motion);
  assert.deepEqual([turned("all", false), turned("all", true)], [true, true]);
  assert.deepEqual([turned("still", false), turned("still", true)], [true, false]);
  assert.deepEqual([turned("none", false), turned("none", true)], [false, false]);
  assert.equal(isTurned(figure("x", { turns: "all" }), "left", false), false);
  assert.equal(isTurned(figure("x", { turns: "all" }), null, false), false);
});

test("still and motion of this movement and the next are fetched, this one's first, each once", async () => {
  const { made, asked, settled } = shelf();
  const [now, next] = [figure("now"), figure("next")];
  for (let i = 0; i < 3; i += 1) {
    made.stock([now, next], true);
    await settled();
  }
  assert.deepEqual(asked.map((each) => each.replace("/static/figures/", "")), ["now.avif", "now.anim.avif", "next.avif", "next.anim.avif"]);
  assert.equal(made.still(next), next.still_avif);
  assert.equal(made.motion(next), next.anim);
});

test("where nothing is to move, no moving picture is fetched", async () => {
  const { made, asked, settled } = shelf();
  made.stock([figure("now"), null], false);
  await settled();
  assert.deepEqual(asked, ["/static/figures/now.avif"]);
});

test("a browser that cannot read one kind gets the other; one that gets none is told so", async () => {
  const now = figure("now");
  const { made, settled, arrivals } = shelf(["/static/figures/now.avif", "/static/figures/now.anim.avif"]);
  made.stock([now], true);
  assert.equal(made.still(now), undefined, "on its way");
  await settled();
  assert.equal(made.still(now), now.still_webp);
  assert.equal(made.motion(now), null);
  assert.equal(arrivals(), 2);
  const bare = figure("bare", { anim: null });
  made.stock([bare], true);
  assert.equal(made.motion(bare), null, "there is none to wait for");
});

test("what is over is let go, and a picture that comes too late changes nothing", async () => {
  const { made, settled, arrivals } = shelf();
  const [first, second] = [figure("first"), figure("second")];
  made.stock([first], true);
  made.stock([second], true);
  await settled();
  assert.equal(made.still(first), undefined);
  assert.equal(made.still(second), second.still_avif);
  assert.equal(arrivals(), 2);
});

test("a picture that was not to be had is tried again when its movement comes back", async () => {
  const missing = ["/static/figures/now.avif", "/static/figures/now.webp"];
  const { made, settled } = shelf(missing);
  const now = figure("now", { anim: null });
  made.stock([now], true);
  await settled();
  assert.equal(made.still(now), null);
  missing.length = 0;
  made.stock([figure("other")], true);
  made.stock([now], true);
  await settled();
  assert.equal(made.still(now), now.still_avif);
});
