// A small session with real words, as the server writes it.
import { parsePlan, type Plan } from "../../src/page/player/plan.ts";

type Cue = readonly [string, number, ("left" | "right" | null)?, number?, number?, string?];

export function block(...cues: readonly Cue[]): { duration_s: number; cues: object[] } {
  let t = 0;
  const written = cues.map(([kind, duration_s, side = null, n = 0, of = 0, say = ""]) => {
    const cue = { t, duration_s, kind, side, n, of, say: say === "" ? [] : [[0, say, false]] };
    t += duration_s;
    return cue;
  });
  return { duration_s: t, cues: written };
}

function reps(count: number): Cue[] {
  return Array.from({ length: count }, (_, i) => ["rep", 4, i % 2 === 0 ? "left" : "right", i + 1, count, i === 0 ? "Begin" : ""]);
}

const ROLLING = { text: "Keep off bones.", once: true };

function item(id: string, name: string, usual: object, easier: object, more: object = {}): object {
  return {
    id, slug: id, name, kind: "mobility", priority: "core", note: "", equipment: ["Chair"], position: "Sitting",
    warnings: [], start_position: "Sit tall.", steps: ["Grow tall."], feel: "A mild pull.", breathing: "Breathe.",
    cautions: "", how_easier: "Half the range.", pacer: null, figure: null, usual, easier, ...more,
  };
}

export function sampleJson(): Record<string, unknown> {
  return {
    schema: 2, user: "u", session: "s", name: "Main session", programme: "Neck and desk reset", log_url: "/sessions/s/log",
    stamp: "0123456789abcdef", day: "2026-03-02", zone: "Europe/London",
    pace: { get_ready_s: 5, transition_s: 10, least_rest_s: 0 },
    items: [
      item("1", "Diaphragmatic breathing, lying",
        block(["change", 10, null, 0, 0, "First: Diaphragmatic breathing."], ["get_ready", 5, null, 0, 0, "Get ready"], ["breathe", 90, null, 1, 1, "Breathe slowly"]),
        block(["change", 10], ["get_ready", 5], ["breathe", 60, null, 1, 1, "Breathe slowly"]), { pacer: "breathe" }),
      item("2", "Active neck turns",
        block(["change", 10, null, 0, 0, "Next: Active neck turns."], ["get_ready", 5, null, 0, 0, "Get ready"], ...reps(10)),
        block(["change", 10], ["get_ready", 5], ...reps(6)), { warnings: [{ text: "Slow and small.", once: false }, ROLLING] }),
      item("3", "Upper trapezius stretch",
        block(["change", 10, null, 0, 0, "Next: Upper trapezius stretch."], ["get_ready", 5, "left"], ["hold", 20, "left", 1, 2, "Hold, left side"],
          ["rest", 5], ["hold", 20, "left", 2, 2], ["switch_side", 8, "right"], ["hold", 20, "right", 1, 2], ["rest", 5], ["hold", 20, "right", 2, 2]),
        block(["change", 10], ["get_ready", 5, "left"], ["hold", 15, "left", 1, 1], ["switch_side", 8, "right"], ["hold", 15, "right", 1, 1]), { warnings: [ROLLING] }),
      item("f1", "Jaw rest position", block(["change", 10], ["get_ready", 5], ["hold", 15]), block(["change", 10], ["get_ready", 5], ["hold", 10])),
    ],
    variants: [
      { name: "usual", label: "Usual", minutes: 5, total_s: 273, parts: [["1", false], ["2", false], ["3", false]] },
      { name: "easier", label: "Easier", minutes: 3, total_s: 182, parts: [["1", true], ["2", true], ["3", true]] },
      { name: "flare", label: "Flare day", minutes: 1, total_s: 25, parts: [["f1", true]] },
    ],
    pain_before: {
      amber_from: 4,
      red_from: 6,
      amber: { variant: "easier", words: "More than usual." },
      red: { variant: "flare", words: "A lot." },
    },
    stop_advice: { sharp: "Sharp pain means stop.", tingling: "A nerve is being annoyed.", red: "Nothing more for this area today." },
    closing: "That is all for today", voices: [{ name: "heart", label: "A woman's voice", manifest: "/static/voice/heart.json?v=1" }],
  };
}

export function samplePlan(): Plan {
  return parsePlan(sampleJson());
}

/** A repeatable random number from 0 up to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
