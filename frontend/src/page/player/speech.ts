/** The phone's own voice (speechSynthesis): says what there is no recording of. */

export interface Speaker {
  /** Whether there is any voice. */
  readonly available: boolean;
  /** Whether something is being said, or about to be. */
  readonly busy: boolean;
  /** To be called in a tap: phones speak only after having been asked in one. */
  prime(): void;
  /**
   * Say lines, one after the other; what is still being said is cut short.
   *
   * @param began Called as each line begins, with "" at the end.
   */
  say(lines: readonly string[], began?: (line: string) => void): void;
  stop(): void;
  /** @param volume 0 (off) to 1. */
  setVolume(volume: number): void;
}

const NOBODY = (): void => undefined;

/** British if there is one. */
export class DeviceVoice implements Speaker {
  private volume = 1;
  private primed = false;

  get available(): boolean {
    return "speechSynthesis" in globalThis && "SpeechSynthesisUtterance" in globalThis;
  }

  get busy(): boolean {
    return this.available && (speechSynthesis.speaking || speechSynthesis.pending);
  }

  prime(): void {
    if (!this.available || this.primed) return;
    this.primed = true;
    const silence = new SpeechSynthesisUtterance(" ");
    silence.volume = 0;
    speechSynthesis.speak(silence);
  }

  say(lines: readonly string[], began: (line: string) => void = NOBODY): void {
    if (!this.available || this.volume === 0) return began("");
    // Only when needed: on Android a cancel can swallow the line that follows it.
    if (this.busy) speechSynthesis.cancel();
    const voice = this.voice();
    for (const [i, text] of lines.entries()) {
      const line = new SpeechSynthesisUtterance(text);
      line.lang = "en-GB";
      line.rate = 0.95;
      line.volume = this.volume;
      if (voice !== undefined) line.voice = voice;
      line.onstart = () => began(text);
      // Cut short counts as said: whoever cut it begins something else.
      if (i === lines.length - 1) line.onend = line.onerror = () => began("");
      speechSynthesis.speak(line);
    }
  }

  stop(): void {
    if (this.available && this.busy) speechSynthesis.cancel();
  }

  setVolume(volume: number): void {
    this.volume = volume;
    if (volume === 0) this.stop();
  }

  private voice(): SpeechSynthesisVoice | undefined {
    const voices = speechSynthesis.getVoices();
    return (
      voices.find((each) => each.lang.replace("_", "-") === "en-GB" && each.localService) ??
      voices.find((each) => each.lang.startsWith("en"))
    );
  }
}
