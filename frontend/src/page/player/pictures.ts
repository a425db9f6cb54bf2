/** Which picture of a movement is on the stage, and having those to come ready in time. No document here. */

import type { CueKind, Figure, Side } from "./plan.ts";

/** How somebody wants their pictures, on this phone. */
export interface Taste {
  readonly moving: boolean;
  /** Whether a hold is shown as the still: what moves there is only the way in. */
  readonly stillInHolds: boolean;
}

const NOTHING_MOVES: ReadonlySet<CueKind> = new Set(["rest", "done"]);

/** Motion while something moves, the way into a hold included; the still in a hold, a rest and a pause. */
export function wantsMotion(kind: CueKind, playing: boolean, taste: Taste): boolean {
  if (!playing || !taste.moving) return false;
  return kind === "hold" ? !taste.stillInHolds : !NOTHING_MOVES.has(kind);
}

/** Whether a picture is turned round: all are drawn on the left. */
export function isTurned(figure: Figure, side: Side | null, motion: boolean): boolean {
  return side === "right" && (figure.turns === "all" || (figure.turns === "still" && !motion));
}

/** null: it cannot be had; undefined: it is on its way. */
type State<P> = P | null | undefined;

function stillsOf(figure: Figure): string[] {
  return [figure.still_avif, figure.still_webp].filter((each) => each !== null);
}

function motionOf(figure: Figure): string[] {
  return figure.anim === null ? [] : [figure.anim];
}

/** Pictures of a few movements, loaded and decoded, so that changing over leaves no gap. */
export class Shelf<P> {
  private readonly kept = new Map<string, State<P>>();

  /**
   * @param load Loads and decodes the picture at an address; rejects where that fails.
   * @param arrived A picture came, or turned out not to be there.
   */
  constructor(
    private readonly load: (address: string) => Promise<P>,
    private readonly arrived: () => void,
  ) {}

  /** Get the pictures of these movements, the first one's first, and let go of all others. */
  stock(figures: readonly (Figure | null)[], motion: boolean): void {
    const wanted = figures
      .filter((each) => each !== null)
      .flatMap((each) => [stillsOf(each), ...(motion ? [motionOf(each)] : [])])
      .filter((addresses) => addresses.length > 0);
    const keys = new Set(wanted.map(String));
    for (const key of this.kept.keys()) if (!keys.has(key)) this.kept.delete(key);
    for (const addresses of wanted) {
      if (!this.kept.has(String(addresses))) void this.fetch(addresses);
    }
  }

  still(figure: Figure): State<P> {
    return this.kept.get(String(stillsOf(figure)));
  }

  motion(figure: Figure): State<P> {
    return figure.anim === null ? null : this.kept.get(String(motionOf(figure)));
  }

  /** The first of the addresses that works. */
  private async fetch(addresses: readonly string[]): Promise<void> {
    const key = String(addresses);
    this.kept.set(key, undefined);
    let found: P | null = null;
    for (const address of addresses) {
      found = await this.load(address).catch(() => null);
      if (found !== null) break;
    }
    if (!this.kept.has(key) || this.kept.get(key) !== undefined) return;
    this.kept.set(key, found);
    this.arrived();
  }
}
