/** What the composed sound needs of the browser. */

import { FlacWriter } from "./flac.ts";
import { RATE } from "./rate.ts";
import { containerHere } from "./track_container.ts";
import { Voice, type ClipFormat, type VoiceFile } from "./voice.ts";

/** A clip that takes longer to come is given up: the session does not wait for it. */
const PATIENCE_MS = 15_000;
const SILENCE_S = 1;

/** The smaller format where the browser plays it. */
export function bestFormat(): ClipFormat {
  return new Audio().canPlayType('audio/ogg; codecs="opus"') === "" ? "m4a" : "opus";
}

/** A decoder of clips: to one channel, at RATE. */
export function decodeWith(): (bytes: ArrayBuffer) => Promise<Float32Array> {
  let context: OfflineAudioContext | null = null;
  return async (bytes) => {
    context ??= new OfflineAudioContext(1, 1, RATE);
    const sound = await context.decodeAudioData(bytes);
    return sound.getChannelData(0);
  };
}

function getWithin(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** A recorded voice, fetched and decoded by this browser. */
export function browserVoice(file: VoiceFile): Voice {
  return new Voice(file, getWithin, decodeWith(), bestFormat());
}

let quiet: string | null = null;

/** The address of a second of silence: what an audio element plays in a tap, to be allowed to play later. */
export function silence(): string {
  if (quiet === null) {
    const writer = new FlacWriter(RATE, SILENCE_S * RATE, containerHere());
    while (writer.wanted > 0) writer.write(new Int16Array(writer.wanted));
    quiet = URL.createObjectURL(writer.blob());
  }
  return quiet;
}
