// The picture on the page of a movement: the motion in place of the still, and the button that stops it.
import { LESS_MOTION, savesData } from "./calm.ts";
import { MotionSwitch, type Shown } from "./motion_switch.ts";
import { whenQuiet } from "./quiet.ts";

function named<T extends HTMLElement = HTMLElement>(root: ParentNode, name: string): T | null {
  return root.querySelector<T>(`[data-figure="${name}"]`);
}

/** Start a picture that has a motion. What cannot be decoded never shows: the still stays. */
export function startFigure(frame: HTMLElement): void {
  const address = frame.dataset["motion"];
  const box = frame.querySelector<HTMLElement>(".figure");
  const still = box?.querySelector("picture img") ?? null;
  const button = named<HTMLButtonElement>(frame, "toggle");
  if (address === undefined || box === null || !(still instanceof HTMLImageElement) || button === null) return;

  let pressed = false;
  const motion = new MotionSwitch(
    () => readyMotion(box, still, address),
    (shown) => showState(frame, button, shown, pressed),
  );
  button.addEventListener("click", () => {
    pressed = true;
    void motion.toggle();
  });
  button.disabled = false;
  button.dataset["ready"] = "";

  const calm = matchMedia(LESS_MOTION);
  calm.addEventListener("change", () => {
    if (calm.matches) void motion.pause();
  });
  if (!calm.matches && !savesData()) whenQuiet(() => void (pressed || motion.play()));
}

/** Put the moving picture over the still one, unseen; say whether this browser can show it. */
async function readyMotion(box: HTMLElement, still: HTMLImageElement, address: string): Promise<boolean> {
  if (box.querySelector(".figure-motion") !== null) return true;
  const moving = new Image(still.width, still.height);
  moving.className = "figure-motion";
  moving.alt = still.alt;
  moving.src = address;
  try {
    await moving.decode();
  } catch {
    return false;
  }
  if (box.querySelector(".figure-motion") === null) box.append(moving);
  return true;
}

function showState(frame: HTMLElement, button: HTMLButtonElement, shown: Shown, pressed: boolean): void {
  const plays = shown === "motion" || (shown === "loading" && pressed);
  frame.dataset["shown"] = shown;
  button.toggleAttribute("data-plays", plays);
  // What nobody asked for fails without a word.
  const failed = named(frame, "failed");
  if (failed !== null) failed.hidden = shown !== "failed" || !pressed;
  if (shown === "failed" && !pressed) delete button.dataset["ready"];
}
