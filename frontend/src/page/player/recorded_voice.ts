/** The recorded voice by Web Audio, line by line, for sessions that no track leads. */

import type { Voice } from "../sound/voice.ts";
import type { Sounds } from "./sound.ts";
import type { Speaker } from "./speech.ts";

const NOBODY = (): void => undefined;

export class RecordedVoice implements Speaker {
  private volume = 1;
  /** Counts what was asked for: whatever is not the latest any more falls silent. */
  private turn = 0;
  private saying = false;

  /** @param instead Says what there is no recording of. */
  constructor(
    private readonly voice: Voice,
    private readonly sounds: Sounds,
    private readonly instead: Speaker,
  ) {}

  get available(): boolean {
    return true;
  }

  get busy(): boolean {
    return this.saying || this.instead.busy;
  }

  prime(): void {
    this.instead.prime();
  }

  say(lines: readonly string[], began: (line: string) => void = NOBODY): void {
    this.stop();
    if (this.volume > 0) void this.sayAll(lines, began, this.turn);
  }

  stop(): void {
    this.turn += 1;
    this.saying = false;
    this.sounds.silence();
    this.instead.stop();
  }

  setVolume(volume: number): void {
    this.volume = volume;
    this.instead.setVolume(volume);
    if (volume === 0) this.stop();
  }

  private async sayAll(lines: readonly string[], began: (line: string) => void, turn: number): Promise<void> {
    this.saying = true;
    for (const line of lines) {
      const clip = await this.voice.clip(line);
      if (this.turn !== turn) return;
      if (clip === null) {
        await this.sayInstead(line, began);
      } else {
        began(line);
        await this.sounds.playSamples(clip, this.volume);
      }
      if (this.turn !== turn) return;
    }
    this.saying = false;
    began("");
  }

  private sayInstead(line: string, began: (line: string) => void): Promise<void> {
    return new Promise((resolve) => {
      this.instead.say([line], (text) => {
        if (text === "") resolve();
        else began(text);
      });
    });
  }
}
