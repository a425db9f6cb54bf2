/** The picture of the movement: still or moving, turned for the other side; without one, how it is done. */

import { part } from "./elements.ts";
import { HowView } from "./how.ts";
import type { Moment } from "./moment.ts";

export class PictureView {
  private readonly frame: HTMLElement;
  private readonly source: HTMLSourceElement;
  private readonly image: HTMLImageElement;
  private readonly how: HowView;
  private shown = "";

  constructor(
    root: ParentNode,
    private readonly still: () => boolean,
  ) {
    this.frame = part(root, "picture");
    this.source = part<HTMLElement>(root, "picture-avif") as unknown as HTMLSourceElement;
    this.image = part<HTMLImageElement>(root, "picture-image");
    this.how = new HowView(part(root, "how"));
    // Pictures that fail to load (offline, say) give way to the words.
    this.image.addEventListener("error", () => this.empty(true));
  }

  show(moment: Moment, playing: boolean): void {
    const { item } = moment.part;
    const { figure } = item;
    const moving = playing && !this.still();
    const avif = (moving ? figure?.anim : null) ?? figure?.still_avif ?? null;
    const key = `${avif} ${figure?.still_webp}`;
    this.how.fill(item);
    if (key !== this.shown) {
      this.shown = key;
      this.empty(figure === null);
      if (avif === null) this.source.removeAttribute("srcset");
      else this.source.srcset = avif;
      if (figure?.still_webp == null) this.image.removeAttribute("src");
      else this.image.src = figure.still_webp;
    }
    const turned = figure?.mirror_side != null && figure.mirror_side === moment.pictureSide;
    this.frame.classList.toggle("figure-mirrored", turned);
  }

  private empty(empty: boolean): void {
    this.image.hidden = empty;
    this.how.show(empty);
  }
}
