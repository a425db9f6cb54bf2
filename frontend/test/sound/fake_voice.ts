// A server with clips of a voice, and the voice that fetches them. A clip's bytes are its samples.
import { RATE } from "../../src/page/sound/rate.ts";
import { Voice, type ClipFormat } from "../../src/page/sound/voice.ts";

export const FILE = { name: "heart", label: "A woman's voice", manifest: "/static/voice/heart.json?v=7" };

/** Seconds of each text that is recorded. */
export type Recorded = Readonly<Record<string, number>>;

/** The samples of a text: each its own tone, the same every time. */
export function recorded(text: string, seconds: number): Int16Array<ArrayBuffer> {
  const hz = 200 + ([...text].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 400);
  const samples = new Int16Array(Math.round(seconds * RATE));
  for (let i = 0; i < samples.length; i += 1) samples[i] = Math.round(9000 * Math.sin((2 * Math.PI * hz * i) / RATE));
  return samples;
}

export class FakeServer {
  /** Every address that was asked for. */
  readonly asked: string[] = [];
  /** How many answers are under way, and the most there ever were. */
  open = 0;
  mostOpen = 0;
  /** What is answered instead, by the end of the address without its question mark. */
  readonly instead = new Map<string, () => Promise<Response>>();
  private readonly files = new Map<string, ArrayBuffer>();
  readonly stems = new Map<string, string>();

  constructor(clips: Recorded) {
    const entries = Object.entries(clips).map(([text, duration_s], i) => {
      const stem = (0xa00000000000 + i).toString(16);
      this.stems.set(text, stem);
      for (const format of ["opus", "m4a"]) this.files.set(`/static/voice/heart/${stem}.${format}`, recorded(text, duration_s).buffer);
      return [text, { stem, duration_s, opus: "0".repeat(16), m4a: "0".repeat(16) }];
    });
    const manifest = { voice: "heart", label: FILE.label, clips: Object.fromEntries(entries) as unknown };
    this.files.set("/static/voice/heart.json", new TextEncoder().encode(JSON.stringify(manifest)).buffer);
  }

  /** The address of a clip. */
  path(text: string, format: ClipFormat = "opus"): string {
    return `/static/voice/heart/${this.stems.get(text) ?? ""}.${format}`;
  }

  readonly get = async (url: string): Promise<Response> => {
    this.asked.push(url);
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.open -= 1;
    const path = url.replace(/\?.*/, "");
    const instead = this.instead.get(path);
    if (instead !== undefined) return instead();
    const file = this.files.get(path);
    return file === undefined ? new Response("", { status: 404 }) : new Response(file.slice(0));
  };

  voice(decode: (bytes: ArrayBuffer) => Promise<Float32Array> = decoded, format: ClipFormat = "opus"): Voice {
    return new Voice(FILE, this.get, decode, format);
  }
}

/** Rejects bytes that are no samples, as a browser would. */
export function decoded(bytes: ArrayBuffer): Promise<Float32Array> {
  if (bytes.byteLength % 2 !== 0) return Promise.reject(new Error("no sound"));
  const whole = new Int16Array(bytes);
  const samples = new Float32Array(whole.length);
  for (let i = 0; i < whole.length; i += 1) samples[i] = (whole[i] ?? 0) / 32_767;
  return Promise.resolve(samples);
}
