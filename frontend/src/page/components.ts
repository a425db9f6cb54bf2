// Starts a component on each element that asks for it by data-component, once.

type Start = (element: HTMLElement) => void;

const starts = new Map<string, Start>();
const started = new WeakSet<HTMLElement>();

/** Name a component; `start` is called once for each element with `data-component="name"`. */
export function registerComponent(name: string, start: Start): void {
  starts.set(name, start);
}

/** Start the components in `root`, itself included; unknown names belong to other bundles. */
export function startComponents(root: ParentNode): void {
  const found = [...root.querySelectorAll<HTMLElement>("[data-component]")];
  if (root instanceof HTMLElement && root.dataset["component"]) found.unshift(root);
  for (const element of found) {
    const start = starts.get(element.dataset["component"] ?? "");
    if (!start || started.has(element)) continue;
    started.add(element);
    start(element);
  }
}
