/** One recorded voice: the list of its clips, and the clips as samples. */

import type { VoiceFile } from "../player/plan.ts";
import { RATE } from "./rate.ts";
import { readManifest, type ClipEntry } from "./voice_manifest.ts";

export type { VoiceFile };
export type ClipFormat = "opus" | "m4a";

/** Bytes of samples that are remembered. */
const MOST_BYTES = 8_000_000;
/** A clip that is so much shorter or longer than its list says is not that clip, or only a part of it. */
const TOLERANCE_MS = 250;
/** Clips are kept for ever under their address; this would change if they were made in another way. */
const CLIPS_VERSION = 1;

const OTHER: Readonly<Record<ClipFormat, ClipFormat>> = { opus: "m4a", m4a: "opus" };

function sixteenBit(samples: Float32Array): Int16Array {
  const out = new Int16Array(samples.length);
  // A plain loop: `from` and `map` take ten times as long.
  for (let i = 0; i < out.length; i += 1) {
    const sample = (samples[i] as number) * 32_767;
    out[i] = Math.max(-32_767, Math.min(32_767, sample < 0 ? sample - 0.5 : sample + 0.5));
  }
  return out;
}

export class Voice {
  private manifest: Promise<ReadonlyMap<string, ClipEntry>> | null = null;
  /** Remembered, the one used longest ago first. */
  private readonly kept = new Map<string, Int16Array>();
  private keptBytes = 0;
  private readonly coming = new Map<string, Promise<Int16Array | null>>();
  private readonly lost = new Set<string>();
  private decoded = false;

  /**
   * @param get Fetches; may reject.
   * @param decode Bytes of a clip to samples at RATE; rejects what it cannot read.
   * @param format Tried first. If the browser cannot decode it after all, the other one is used.
   */
  constructor(
    private readonly file: VoiceFile,
    private readonly get: (url: string) => Promise<Response>,
    private readonly decode: (bytes: ArrayBuffer) => Promise<Float32Array>,
    private format: ClipFormat,
  ) {}

  /** Texts that were asked for and not had. */
  get missing(): ReadonlySet<string> {
    return this.lost;
  }

  /** Each text that there is a clip of, and how long it is in ms. Rejects when the list cannot be had. */
  async durations(): Promise<ReadonlyMap<string, number>> {
    const clips = await this.clips();
    return new Map([...clips].map(([text, { durationMs }]) => [text, durationMs]));
  }

  /** Each text and the address of its clip, in the format that is tried first. Rejects when the list cannot be had. */
  async addresses(): Promise<ReadonlyMap<string, string>> {
    const clips = await this.clips();
    return new Map([...clips].map(([text, entry]) => [text, this.address(entry, this.format)]));
  }

  /** The samples of `text`, 16 bit at RATE; null if they cannot be had, which is noted in `missing`. Never rejects. */
  clip(text: string): Promise<Int16Array | null> {
    const kept = this.kept.get(text);
    if (kept !== undefined) {
      this.kept.delete(text);
      this.kept.set(text, kept);
      return Promise.resolve(kept);
    }
    let coming = this.coming.get(text);
    if (coming === undefined) {
      coming = this.fetched(text).finally(() => this.coming.delete(text));
      this.coming.set(text, coming);
    }
    return coming;
  }

  /** Let go of the samples of `text`. */
  forget(text: string): void {
    this.keptBytes -= this.kept.get(text)?.byteLength ?? 0;
    this.kept.delete(text);
  }

  private address({ stem }: ClipEntry, format: ClipFormat): string {
    const folder = this.file.manifest.replace(/\.json(\?.*)?$/, "");
    return `${folder}/${stem}.${format}?v=${CLIPS_VERSION}`;
  }

  private clips(): Promise<ReadonlyMap<string, ClipEntry>> {
    this.manifest ??= this.readList().catch((reason: unknown) => {
      // The next one who asks tries again.
      this.manifest = null;
      throw reason;
    });
    return this.manifest;
  }

  private async readList(): Promise<ReadonlyMap<string, ClipEntry>> {
    const { manifest } = this.file;
    const response = await this.get(manifest);
    if (!response.ok) throw new Error(`${response.status} for ${manifest}`);
    return readManifest(await response.json(), manifest);
  }

  private async fetched(text: string): Promise<Int16Array | null> {
    const samples = await this.clips()
      .then((clips) => this.read(clips.get(text)))
      .catch(() => null);
    if (samples === null) {
      this.lost.add(text);
      return null;
    }
    this.lost.delete(text);
    this.keep(text, samples);
    return samples;
  }

  private async read(entry: ClipEntry | undefined): Promise<Int16Array | null> {
    if (entry === undefined) return null;
    const format = this.format;
    const first = await this.readAs(entry, format);
    if (first !== "unreadable") {
      this.decoded ||= first !== null;
      return first;
    }
    const second = await this.readAs(entry, OTHER[format]);
    if (second === "unreadable" || second === null) return null;
    // Not one clip of the first format could be read: it is the browser that cannot, not the clip.
    if (!this.decoded) this.format = OTHER[format];
    return second;
  }

  /** Null: not to be had. */
  private async readAs(entry: ClipEntry, format: ClipFormat): Promise<Int16Array | "unreadable" | null> {
    const response = await this.get(this.address(entry, format));
    if (!response.ok) return null;
    const bytes = await response.arrayBuffer();
    const samples = await this.decode(bytes).catch(() => null);
    if (samples === null) return "unreadable";
    const ms = (samples.length / RATE) * 1000;
    return Math.abs(ms - entry.durationMs) > TOLERANCE_MS ? "unreadable" : sixteenBit(samples);
  }

  private keep(text: string, samples: Int16Array): void {
    this.forget(text);
    this.kept.set(text, samples);
    this.keptBytes += samples.byteLength;
    for (const oldest of this.kept.keys()) {
      if (this.keptBytes <= MOST_BYTES || oldest === text) break;
      this.forget(oldest);
    }
  }
}
