/** Which of the two kinds of track this browser plays best. */

import type { Container } from "./flac.ts";

/** Some browsers know the codec by its registered name only. */
const IN_MP4 = ['audio/mp4; codecs="flac"', 'audio/mp4; codecs="fLaC"'];

/**
 * MP4 wherever it is played. In a plain FLAC file Firefox leaps to the end instead of ahead (it guesses
 * the place from the bytes a second), and Safari and WebKitGTK leap wrongly; in MP4 every place is written down.
 */
export function trackContainer(canPlayType: (type: string) => string): Container {
  return IN_MP4.some((type) => canPlayType(type) !== "") ? "mp4" : "flac";
}

/** Of this browser; MP4 where there is none to ask. */
export function containerHere(): Container {
  if (typeof Audio === "undefined") return "mp4";
  const audio = new Audio();
  return trackContainer((type) => audio.canPlayType(type));
}
