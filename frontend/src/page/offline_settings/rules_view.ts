// What may be kept on this device: the switch, and whether the browser promises to keep it.
import { fact, setFact } from "../../offline/device_facts.ts";
import { wipePages } from "../../offline/wipe.ts";
import { part } from "./parts.ts";

const PROMISED = "This browser has promised not to clear it by itself.";
const NOT_PROMISED = "This browser may clear it when the device runs short of space.";

/** Start the switch. `changed` is called after pages went or may be kept again. */
export async function startRules(root: HTMLElement, changed: () => void): Promise<void> {
  const box = part<HTMLInputElement>(root, "keep-nothing");
  const said = part(root, "keep-nothing-said");
  box.checked = (await fact("keepNothing")) === true;
  box.addEventListener("change", () => {
    const nothing = box.checked;
    void keepNothing(nothing).then(
      () => {
        said.textContent = nothing ? "Your pages are removed from this device, and none are kept from now on." : "Your pages are kept here again from now on.";
        changed();
      },
      () => {
        box.checked = !nothing;
        said.textContent = "This browser did not let the app keep that choice. Nothing was changed.";
      },
    );
  });
  await startPromise(root);
}

async function keepNothing(nothing: boolean): Promise<void> {
  // First, so that nothing is kept between the two.
  await setFact("keepNothing", nothing);
  if (nothing) await wipePages();
}

async function startPromise(root: HTMLElement): Promise<void> {
  const storage = (navigator as { storage?: StorageManager }).storage;
  if (!storage?.persisted) return;
  const words = part(root, "lasting");
  const row = part(root, "ask-row");
  const show = (promised: boolean): void => {
    words.textContent = promised ? PROMISED : NOT_PROMISED;
    row.hidden = promised || !storage.persist;
  };
  show(await storage.persisted());
  part(root, "ask").addEventListener("click", () => {
    void storage.persist().then((promised) => {
      show(promised);
      if (!promised) words.textContent = `${NOT_PROMISED} It did not agree just now; browsers do so for apps that are used often or installed.`;
    });
  });
}
