/** A bell and the voice, in the way sessions sound; where that fails, one by one. */

import { part } from "../player/elements.ts";
import type { Settings } from "../player/settings.ts";
import { Sounds } from "../player/sound.ts";
import { DeviceVoice } from "../player/speech.ts";
import type { Voice } from "../sound/voice.ts";
import type { Finding } from "./abilities.ts";
import { showLine } from "./lines.ts";
import { SOUND_CHECK, soundCheck, type Loudness, type Piece } from "./scores.ts";
import { ShortTrack } from "./short_track.ts";

/** As the person set them for sessions. */
export function loudnessOf({ sounds, soundVolume, voice, voiceVolume }: Settings): Loudness {
  return { bells: sounds ? soundVolume : 0, voice: voice ? voiceVolume : 0 };
}

export class SoundTest {
  private readonly track: ShortTrack<Piece>;
  private readonly bells = new Sounds();
  private readonly own = new DeviceVoice();
  private readonly state: HTMLElement;
  private readonly loudness: Loudness;

  /** @param voiceFound Called each time it is known better whether the recorded voice can be heard. */
  constructor(
    private readonly root: HTMLElement,
    private readonly voice: Voice | null,
    settings: Settings,
    private readonly voiceFound: (finding: Finding) => void,
  ) {
    this.loudness = loudnessOf(settings);
    this.track = new ShortTrack(voice, [SOUND_CHECK], (durations) => soundCheck(durations, this.loudness));
    this.track.audio.addEventListener("ended", () => this.sayInstead());
    this.own.setVolume(this.loudness.voice);
    this.state = part(root, "sound-state");
    part(root, "sound-off").hidden = this.loudness.bells > 0 && this.loudness.voice > 0;
    part(root, "sound-start").addEventListener("click", () => void this.play());
    part(root, "sound-yes").addEventListener("click", () => this.answer(true));
    part(root, "sound-no").addEventListener("click", () => this.answer(false));
  }

  /** Make the sound before it is asked for. */
  async prepare(): Promise<void> {
    try {
      await this.track.prepare();
    } finally {
      this.voiceFound(await this.recording());
    }
  }

  /** To be called in a tap. */
  private async play(): Promise<void> {
    this.own.prime();
    if (this.track.missing.length > 0) this.track.renew();
    if (this.track.piece === null) showLine(this.state, "making");
    const played = await this.track.play();
    this.voiceFound(await this.recording());
    part(this.root, "sound-question").hidden = played === "refused";
    if (played === "refused") showLine(this.state, "again");
    else if (played === "broken") this.oneByOne();
    else this.sounding();
  }

  private sounding(): void {
    if (!this.lacksVoice) return showLine(this.state, "playing");
    showLine(this.state, this.own.available ? "own_voice" : "no_voice");
  }

  private sayInstead(): void {
    if (this.lacksVoice) this.own.say([SOUND_CHECK]);
  }

  private get lacksVoice(): boolean {
    return this.loudness.voice > 0 && this.track.missing.length > 0;
  }

  /** What sessions fall back on where no track can be played. */
  private oneByOne(): void {
    showLine(this.state, "no_track");
    this.bells.setVolume(this.loudness.bells);
    this.bells.unlock(() => {
      this.bells.play("start");
      this.own.say([SOUND_CHECK]);
    });
  }

  private answer(heard: boolean): void {
    showLine(this.state, heard ? "heard" : "unheard");
    part(this.root, "sound-help").hidden = heard;
    part(this.root, "sound-question").hidden = true;
    part(this.root, "sound-start").focus({ preventScroll: true });
  }

  /** Whether a recording was had: unknown where the list of them could not be loaded. */
  private async recording(): Promise<Finding> {
    if (this.voice === null) return { answer: "unknown" };
    try {
      await this.voice.durations();
    } catch {
      return { answer: "unknown" };
    }
    return { answer: (await this.voice.clip(SOUND_CHECK)) === null ? "no" : "yes" };
  }
}
