/** The list of one voice's clips, as the server publishes it. */

export interface ClipEntry {
  /** The name of its file, without the ending. */
  readonly stem: string;
  readonly durationMs: number;
}

/** What was sent is no list of clips. */
export class BrokenManifest extends Error {
  constructor(address: string) {
    super(`no list of clips at ${address}`);
    this.name = "BrokenManifest";
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function entry(value: unknown): ClipEntry | null {
  if (!isObject(value)) return null;
  const { stem, duration_s: seconds } = value;
  if (typeof stem !== "string" || !/^[0-9a-f]+$/.test(stem)) return null;
  if (typeof seconds !== "number" || !(seconds > 0)) return null;
  return { stem, durationMs: seconds * 1000 };
}

/**
 * Text to clip. An entry that cannot be used is left out: its line has no clip then.
 *
 * @param address Where `json` came from.
 * @throws {BrokenManifest}
 */
export function readManifest(json: unknown, address: string): ReadonlyMap<string, ClipEntry> {
  if (!isObject(json) || !isObject(json["clips"])) throw new BrokenManifest(address);
  const found = new Map<string, ClipEntry>();
  for (const [text, value] of Object.entries(json["clips"])) {
    const read = entry(value);
    if (read !== null) found.set(text, read);
  }
  return found;
}
