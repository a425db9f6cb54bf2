/** A session as one audio track: made piece by piece, so that it never lies in memory as raw sound. */

import type { Timeline } from "../player/timeline.ts";
import { ClipQueue } from "./clip_queue.ts";
import { FlacWriter, FRAME } from "./flac.ts";
import { Mixer, type Samples } from "./mixer.ts";
import { RATE, sampleAt } from "./rate.ts";
import { score, TAIL_MS, type Mix, type ScoreSound } from "./score.ts";
import { samplesOf } from "./tones.ts";
import { containerHere } from "./track_container.ts";
import type { Voice } from "./voice.ts";
import { WorkSlices } from "./work_slices.ts";

export type { Mix, ScoreSound } from "./score.ts";

export interface Track {
  /** FLAC, in the container that this browser plays best. */
  readonly blob: Blob;
  readonly durationMs: number;
  /** Texts that are not heard in it although they should be, each once. */
  readonly missing: readonly string[];
  /** What is heard in it, in order. */
  readonly sounds: readonly ScoreSound[];
}

type Durations = ReadonlyMap<string, number>;

/** The same outcome, unless `signal` aborts first. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason as Error);
    if (signal.aborted) aborted();
    signal.addEventListener("abort", aborted, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", aborted));
  });
}

/** Where the samples of each sound come from. */
class Sources {
  readonly missing = new Set<string>();
  private readonly clips: ClipQueue | null;

  constructor(sounds: readonly ScoreSound[], voice: Voice | null, durations: Durations, signal: AbortSignal) {
    const lines = sounds.filter(({ kind }) => kind === "line").map(({ what }) => what);
    for (const text of lines) if (!durations.has(text)) this.missing.add(text);
    const recorded = lines.filter((text) => durations.has(text));
    this.clips = voice === null ? null : new ClipQueue(voice, recorded, signal);
  }

  /** Null: there is no clip. */
  async samples(sound: ScoreSound): Promise<Samples | null> {
    if (sound.kind === "signal") return samplesOf(sound.what);
    if (this.clips === null || this.missing.has(sound.what)) return null;
    const clip = await this.clips.take(sound.what);
    if (clip === null) this.missing.add(sound.what);
    return clip;
  }
}

/** Length of each recorded text; empty where the list of clips cannot be had. */
async function durationsOf(voice: Voice): Promise<Durations> {
  try {
    return await voice.durations();
  } catch {
    return new Map();
  }
}

/**
 * Make the track of a session.
 *
 * A line whose clip cannot be had leaves silence and is named in the track's `missing`.
 *
 * @param voice Null for bells alone.
 * @param signal Calls the work off: rejects with its reason, usually an AbortError.
 */
export async function compose(
  timeline: Timeline,
  voice: Voice | null,
  mix: Mix,
  signal: AbortSignal,
  slices = new WorkSlices(),
  container = containerHere(),
): Promise<Track> {
  signal.throwIfAborted();
  const speaker = mix.voice > 0 ? voice : null;
  const durations = speaker === null ? new Map() : await unlessAborted(durationsOf(speaker), signal);
  await slices.others();
  const planned = score(timeline, durations, speaker === null ? { ...mix, voice: 0 } : mix);
  await slices.others();
  signal.throwIfAborted();
  const sources = new Sources(planned, speaker, durations, signal);
  const durationMs = timeline.totalMs + TAIL_MS;
  const writer = new FlacWriter(RATE, sampleAt(durationMs), container);
  const mixer = new Mixer(FRAME);
  const sounds: ScoreSound[] = [];
  let next = 0;
  for (let from = 0; writer.wanted > 0;) {
    const count = writer.wanted;
    for (; next < planned.length; next += 1) {
      const sound = planned[next];
      if (sound === undefined || sound.at >= from + count) break;
      const samples = await unlessAborted(sources.samples(sound), signal);
      // A sound that is made here, or decoded, has taken its time too.
      if (slices.over) await slices.others();
      if (samples === null) continue;
      mixer.add(samples, sound.at, sound.gain);
      sounds.push(sound);
    }
    writer.write(mixer.window(from, count));
    from += count;
    if (slices.over) {
      await slices.others();
      signal.throwIfAborted();
    }
  }
  return { blob: writer.blob(), durationMs, missing: [...sources.missing], sounds };
}
