/** The planned session as the server embeds it, checked once, then trusted. */

export const CUE_KINDS = [
  "change",
  "get_ready",
  "hold",
  "rep",
  "breathe",
  "roll",
  "move",
  "rest",
  "switch_side",
  "done",
] as const;
export type CueKind = (typeof CUE_KINDS)[number];
export type Side = "left" | "right";
export type Pacer = "breathe" | "roll";

/** One thing the voice says in one go. Lines of one second follow each other. */
export interface Line {
  /** Whole seconds from the start of its cue. */
  readonly at_s: number;
  readonly text: string;
  /** Said on its second or not at all: a count that comes late is wrong. */
  readonly on_time: boolean;
}

/** One instruction; `t` and `duration_s` are whole seconds, `t` from the start of its block. */
export interface Cue {
  readonly t: number;
  readonly duration_s: number;
  readonly kind: CueKind;
  readonly side: Side | null;
  readonly n: number;
  readonly of: number;
  /** In order of time; of one second the weightiest first. */
  readonly say: readonly Line[];
}

/** One movement in one version: its cues without gaps. */
export interface Block {
  readonly duration_s: number;
  readonly cues: readonly Cue[];
}

const TURNS = ["all", "still", "none"] as const;
export type Turns = (typeof TURNS)[number];

export interface Figure {
  readonly still_avif: string | null;
  readonly still_webp: string | null;
  readonly anim: string | null;
  /** What it shows, in words. */
  readonly alt: string;
  /** What is turned round on the right side. */
  readonly turns: Turns;
}

/** A safety text before a movement. */
export interface Warning {
  readonly text: string;
  /** Only before the first movement of a session that has it. */
  readonly once: boolean;
}

export interface Item {
  readonly id: string;
  /** Which movement it is: another may stand in for the planned one. */
  readonly slug: string;
  readonly name: string;
  readonly note: string;
  readonly warnings: readonly Warning[];
  readonly start_position: string;
  readonly steps: readonly string[];
  readonly feel: string;
  readonly breathing: string;
  readonly cautions: string;
  readonly how_easier: string;
  readonly pacer: Pacer | null;
  readonly figure: Figure | null;
  readonly usual: Block;
  readonly easier: Block;
}

/** A piece of a session: an item in its usual or its easier version. */
export interface Part {
  readonly item: string;
  readonly easier: boolean;
}

export interface Variant {
  readonly name: string;
  readonly label: string;
  readonly minutes: number;
  readonly parts: readonly Part[];
}

/** What is proposed for a rating of pain: a version (null where none fits better), and why. */
export interface Proposal {
  readonly variant: string | null;
  readonly words: string;
}

/** The person's own limits; the server has worked them out, the phone only compares. */
export interface PainBefore {
  /** 0-10; the same as `red_from` where nothing is amber. */
  readonly amber_from: number;
  readonly red_from: number;
  readonly amber: Proposal;
  readonly red: Proposal;
}

export type StopReason = "sharp" | "tingling" | "dizzy";

export interface Plan {
  readonly user: string;
  readonly session: string;
  readonly name: string;
  readonly log_url: string;
  /** What the server answers for as long as nothing has changed. */
  readonly stamp: string;
  /** The person's calendar day on which the page was made, and their time zone. */
  readonly day: string;
  readonly zone: string;
  readonly items: ReadonlyMap<string, Item>;
  /** The usual one first. */
  readonly variants: readonly [Variant, ...Variant[]];
  /** Null in a page from before there were limits. */
  readonly pain_before: PainBefore | null;
  /** What is said at once; for dizziness the page itself says when to get help. */
  readonly stop_advice: Readonly<Record<Exclude<StopReason, "dizzy"> | "red", string>>;
  /** What is said at the end. */
  readonly closing: string;
  readonly voices: readonly VoiceFile[];
  /** Somebody looks at a routine they built: nothing is kept on the phone, asked about or sent. */
  readonly preview: boolean;
  /** Changes whenever what is to be done changes. */
  readonly signature: string;
}

/** The embedded plan cannot be played: where, and why. */
export class BrokenPlan extends Error {
  constructor(where: string, reason: string) {
    super(`${where}: ${reason}`);
    this.name = "BrokenPlan";
  }
}

/** Reads a value of unknown shape, knowing where it stands so that an error can say so. */
class Value {
  constructor(
    private readonly value: unknown,
    private readonly where: string,
  ) {}

  get(key: string): Value {
    const { value } = this;
    if (typeof value !== "object" || value === null) throw this.broken("not an object");
    return new Value((value as Record<string, unknown>)[key], `${this.where}.${key}`);
  }

  list(): Value[] {
    if (!Array.isArray(this.value)) throw this.broken("not a list");
    return this.value.map((entry, i) => new Value(entry, `${this.where}[${i}]`));
  }

  text(): string {
    if (typeof this.value !== "string") throw this.broken("not a text");
    return this.value;
  }

  /** A text, or null where it is missing or null. */
  maybe(): string | null {
    return this.absent() ? null : this.text();
  }

  absent(): boolean {
    return this.value === null || this.value === undefined;
  }

  /** A whole number from 0 up. */
  count(): number {
    if (!Number.isInteger(this.value) || (this.value as number) < 0) {
      throw this.broken("not a whole number from 0");
    }
    return this.value as number;
  }

  flag(): boolean {
    if (typeof this.value !== "boolean") throw this.broken("not true or false");
    return this.value;
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value);
    if (found === undefined) throw this.broken(`not one of ${choices.join(", ")}`);
    return found;
  }

  oneOfOrNull<T extends string>(choices: readonly T[]): T | null {
    return this.absent() ? null : this.oneOf(choices);
  }

  broken(reason: string): BrokenPlan {
    return new BrokenPlan(this.where, reason);
  }
}

const SIDES = ["left", "right"] as const;

function lines(value: Value): Line[] {
  let earliest = 0;
  return value.list().map((each) => {
    const [at, text, onTime] = each.list();
    if (at === undefined || text === undefined || onTime === undefined) throw each.broken("not [second, text, on time]");
    if (at.count() < earliest) throw at.broken("out of order");
    earliest = at.count();
    return { at_s: earliest, text: text.text(), on_time: onTime.flag() };
  });
}

/** The recordings of one voice: their list is a file of its own. */
export interface VoiceFile {
  readonly name: string;
  readonly label: string;
  /** Address of the list. */
  readonly manifest: string;
}

function voice(value: Value): VoiceFile {
  return { name: value.get("name").text(), label: value.get("label").text(), manifest: value.get("manifest").text() };
}

function block(value: Value): Block {
  let t = 0;
  const cues = value.get("cues").list().map((cue): Cue => {
    if (cue.get("t").count() !== t) throw cue.broken(`does not start at ${t}`);
    const read: Cue = {
      t,
      duration_s: cue.get("duration_s").count(),
      kind: cue.get("kind").oneOf(CUE_KINDS),
      side: cue.get("side").oneOfOrNull(SIDES),
      n: cue.get("n").count(),
      of: cue.get("of").count(),
      say: lines(cue.get("say")),
    };
    t += read.duration_s;
    return read;
  });
  if (value.get("duration_s").count() !== t) throw value.broken(`duration is not ${t}`);
  if (t === 0) throw value.broken("nothing to do");
  return { duration_s: t, cues };
}

function figure(value: Value): Figure | null {
  if (value.absent()) return null;
  return {
    still_avif: value.get("still_avif").maybe(),
    still_webp: value.get("still_webp").maybe(),
    anim: value.get("anim").maybe(),
    alt: value.get("alt").text(),
    turns: value.get("turns").oneOf(TURNS),
  };
}

function item(value: Value): Item {
  const text = (key: string): string => value.get(key).maybe() ?? "";
  return {
    id: value.get("id").text(),
    slug: value.get("slug").text(),
    name: value.get("name").text(),
    note: text("note"),
    warnings: value.get("warnings").list().map((each) => ({
      text: each.get("text").text(),
      once: each.get("once").flag(),
    })),
    start_position: text("start_position"),
    steps: value.get("steps").list().map((step) => step.text()),
    feel: text("feel"),
    breathing: text("breathing"),
    cautions: text("cautions"),
    how_easier: text("how_easier"),
    pacer: value.get("pacer").oneOfOrNull(["breathe", "roll"] as const),
    figure: figure(value.get("figure")),
    usual: block(value.get("usual")),
    easier: block(value.get("easier")),
  };
}

function variant(value: Value, items: ReadonlyMap<string, Item>): Variant {
  const parts = value.get("parts").list().map((part): Part => {
    const [id, easier] = part.list();
    if (id === undefined || easier === undefined) throw part.broken("not [item, easier]");
    if (!items.has(id.text())) throw id.broken("no such item");
    return { item: id.text(), easier: easier.flag() };
  });
  if (parts.length === 0) throw value.broken("nothing to do");
  // A log holds one entry an item, so an item can come once.
  if (new Set(parts.map((part) => part.item)).size !== parts.length) {
    throw value.broken("an item comes twice");
  }
  return {
    name: value.get("name").text(),
    label: value.get("label").text(),
    minutes: value.get("minutes").count(),
    parts,
  };
}

function proposal(value: Value): Proposal {
  return { variant: value.get("variant").maybe(), words: value.get("words").text() };
}

function painBefore(value: Value): PainBefore | null {
  if (value.absent()) return null;
  return {
    amber_from: value.get("amber_from").count(),
    red_from: value.get("red_from").count(),
    amber: proposal(value.get("amber")),
    red: proposal(value.get("red")),
  };
}

/**
 * Check the embedded plan and give it its types.
 *
 * @throws {BrokenPlan} naming the first field that cannot be used.
 */
export function parsePlan(json: unknown): Plan {
  const plan = new Value(json, "plan");
  const schema = plan.get("schema");
  if (schema.count() !== 2) throw schema.broken("unknown");
  const items = new Map(
    plan.get("items").list().map((entry) => [entry.get("id").text(), item(entry)]),
  );
  const [usual, ...others] = plan.get("variants").list().map((entry) => variant(entry, items));
  if (usual === undefined) throw plan.broken("no variants");
  const advice = plan.get("stop_advice");
  return {
    user: plan.get("user").text(),
    session: plan.get("session").text(),
    name: plan.get("name").text(),
    log_url: plan.get("log_url").text(),
    stamp: plan.get("stamp").text(),
    day: plan.get("day").text(),
    zone: plan.get("zone").text(),
    items,
    variants: [usual, ...others],
    pain_before: painBefore(plan.get("pain_before")),
    stop_advice: {
      sharp: advice.get("sharp").text(),
      tingling: advice.get("tingling").text(),
      red: advice.get("red").text(),
    },
    closing: plan.get("closing").text(),
    voices: plan.get("voices").list().map(voice),
    preview: !plan.get("preview").absent() && plan.get("preview").flag(),
    signature: [...items.values()]
      .map((each) => `${each.id}:${each.name}:${each.usual.duration_s}:${each.easier.duration_s}`)
      .join("|"),
  };
}
