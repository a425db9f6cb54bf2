/** The spoken voice, behind one seam: a recorded voice can take the place of the browser's. */

export interface Speaker {
  /** Whether there is any voice. */
  readonly available: boolean;
  /** To be called in a tap: iOS speaks only after having been asked in one. */
  prime(): void;
  /** Say a short line; a line still being said is cut short. */
  say(text: string): void;
  stop(): void;
  /** @param volume 0 (off) to 1. */
  setVolume(volume: number): void;
}

/** Two texts as one line to say: between them a full stop, for the voice to pause at. */
export function spoken(text: string, more: string): string {
  if (text === "" || more === "") return text + more;
  return /[.!?]$/.test(text) ? `${text} ${more}` : `${text}. ${more}`;
}

/** The device's own voice (speechSynthesis), British if there is one. */
export class DeviceVoice implements Speaker {
  private volume = 1;
  private primed = false;

  get available(): boolean {
    return "speechSynthesis" in globalThis && "SpeechSynthesisUtterance" in globalThis;
  }

  prime(): void {
    if (!this.available || this.primed) return;
    this.primed = true;
    const silence = new SpeechSynthesisUtterance(" ");
    silence.volume = 0;
    speechSynthesis.speak(silence);
  }

  say(text: string): void {
    if (!this.available || this.volume === 0 || text === "") return;
    const line = new SpeechSynthesisUtterance(text);
    line.lang = "en-GB";
    line.rate = 0.95;
    line.volume = this.volume;
    const voices = speechSynthesis.getVoices();
    const voice =
      voices.find((each) => each.lang.replace("_", "-") === "en-GB" && each.localService) ??
      voices.find((each) => each.lang.startsWith("en"));
    if (voice !== undefined) line.voice = voice;
    // Only when needed: on Android a cancel can swallow the line that follows it.
    if (speechSynthesis.speaking || speechSynthesis.pending) speechSynthesis.cancel();
    speechSynthesis.speak(line);
  }

  stop(): void {
    if (this.available) speechSynthesis.cancel();
  }

  setVolume(volume: number): void {
    this.volume = volume;
    if (volume === 0) this.stop();
  }
}
