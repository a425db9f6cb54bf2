/** One short track in the way that sessions are played, and the audio element that plays it. */

import { FlacWriter, FRAME } from "../sound/flac.ts";
import { Mixer, type Samples } from "../sound/mixer.ts";
import { RATE, sampleAt } from "../sound/rate.ts";
import type { ScoreSound } from "../sound/score.ts";
import { samplesOf } from "../sound/tones.ts";
import { containerHere } from "../sound/track_container.ts";
import type { Voice } from "../sound/voice.ts";
import type { Piece } from "./scores.ts";

/** What became of a press on "play". `refused`: the browser wants another tap. `broken`: it cannot play it. */
export type Played = "plays" | "refused" | "broken";

/** A sound with its samples; null where they cannot be had. */
interface Had {
  readonly sound: ScoreSound;
  readonly samples: Samples | null;
}

/** The length of each line that was recorded, in ms; none where the recordings cannot be had. */
async function durationsOf(voice: Voice | null): Promise<ReadonlyMap<string, number>> {
  const none: ReadonlyMap<string, number> = new Map();
  return voice === null ? none : voice.durations().catch(() => none);
}

/** A few sounds as a FLAC file. */
function written(sounds: readonly Had[], durationMs: number): Blob {
  const writer = new FlacWriter(RATE, sampleAt(durationMs), containerHere());
  const mixer = new Mixer(FRAME);
  for (const { sound, samples } of sounds) if (samples !== null) mixer.add(samples, sound.at, sound.gain);
  for (let from = 0; writer.wanted > 0; ) {
    const count = writer.wanted;
    writer.write(mixer.window(from, count));
    from += count;
  }
  return writer.blob();
}

export class ShortTrack<P extends Piece> {
  readonly audio = new Audio();
  /** What is in the track, once it is made. */
  piece: P | null = null;
  /** Lines that should be in it and could not be had. */
  missing: readonly string[] = [];
  private making: Promise<P> | null = null;
  private url = "";

  /** @param write Says what is to sound, once it is known what was recorded. */
  constructor(
    private readonly voice: Voice | null,
    private readonly lines: readonly string[],
    private readonly write: (durations: ReadonlyMap<string, number>) => P,
  ) {
    this.audio.preload = "auto";
  }

  /** Make the track, once. Rejects where that is impossible; the next call tries again. */
  prepare(): Promise<P> {
    this.making ??= this.make().catch((reason: unknown) => {
      this.making = null;
      throw reason;
    });
    return this.making;
  }

  /** Forget the track: it is made anew when it is wanted. */
  renew(): void {
    this.making = null;
    this.piece = null;
  }

  /** Play from the start. To be called in a tap. */
  async play(): Promise<Played> {
    try {
      // At once where it is made already: some phones forget the tap while a page waits.
      if (this.piece === null) await this.prepare();
      this.audio.currentTime = 0;
      await this.audio.play();
      return "plays";
    } catch (reason) {
      return reason instanceof DOMException && reason.name === "NotAllowedError" ? "refused" : "broken";
    }
  }

  private async make(): Promise<P> {
    const durations = await durationsOf(this.voice);
    const piece = this.write(durations);
    const sounds = await Promise.all(piece.sounds.map((sound) => this.had(sound)));
    if (this.url !== "") URL.revokeObjectURL(this.url);
    this.url = URL.createObjectURL(written(sounds, piece.durationMs));
    this.audio.src = this.url;
    const lost = sounds.filter(({ samples }) => samples === null).map(({ sound }) => sound.what);
    this.missing = this.lines.filter((text) => !durations.has(text) || lost.includes(text));
    this.piece = piece;
    return piece;
  }

  private async had(sound: ScoreSound): Promise<Had> {
    if (sound.kind === "signal") return { sound, samples: samplesOf(sound.what) };
    return { sound, samples: (await this.voice?.clip(sound.what)) ?? null };
  }
}
