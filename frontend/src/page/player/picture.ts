/** The picture of the movement: still or moving, turned for the other side; without one, how it is done. */

import { part } from "./elements.ts";
import { HowView } from "./how.ts";
import type { Moment } from "./moment.ts";
import { isTurned, Shelf, wantsMotion, type Taste } from "./pictures.ts";
import type { Item } from "./plan.ts";

/** Load and decode a picture. It is drawn in the frame in which it is put in place, not after it. */
async function load(address: string): Promise<HTMLImageElement> {
  const image = new Image(800, 640);
  image.decoding = "sync";
  image.src = address;
  await image.decode();
  return image;
}

export class PictureView {
  private readonly frame: HTMLElement;
  private readonly place: HTMLElement;
  private readonly how: HowView;
  private readonly shelf = new Shelf<HTMLImageElement>(load, () => this.again());
  /** The movement for which it has been waited a moment: its words come instead. */
  private waitedFor: Item | null = null;
  private now: { readonly moment: Moment; readonly playing: boolean } | null = null;

  constructor(
    root: ParentNode,
    private readonly taste: () => Taste,
  ) {
    this.frame = part(root, "picture");
    this.place = part(root, "picture-place");
    this.how = new HowView(part(root, "how"));
  }

  /** Have the pictures of a movement ready that is to come. */
  prepare(item: Item): void {
    if (this.now === null) this.shelf.stock([item.figure], this.taste().moving);
  }

  /** @param next What comes after it: its pictures are fetched meanwhile. */
  show(moment: Moment, next: Item | null, playing: boolean): void {
    const { item } = moment.part;
    this.how.fill(item);
    this.shelf.stock([item.figure, next?.figure ?? null], this.taste().moving);
    this.now = { moment, playing };
    this.put(moment, playing);
    this.waitedFor = item;
  }

  private again(): void {
    if (this.now !== null) this.put(this.now.moment, this.now.playing);
  }

  private put(moment: Moment, playing: boolean): void {
    const { item } = moment.part;
    const { figure } = item;
    if (figure === null) {
      this.place.replaceChildren();
      this.how.show(true);
      return;
    }
    const motion = wantsMotion(moment.kind, playing, this.taste()) ? this.shelf.motion(figure) : null;
    const picture = motion ?? this.shelf.still(figure);
    this.how.show(picture === null || (picture === undefined && this.waitedFor === item));
    this.frame.classList.toggle("figure-mirrored", isTurned(figure, moment.pictureSide, picture === motion));
    if (!picture) this.place.replaceChildren();
    else if (this.place.firstChild !== picture) {
      picture.alt = figure.alt;
      this.place.replaceChildren(picture);
    }
  }
}
