// The easier version has numbers of its own: the library's go with the tick, those somebody changed stay.

export function startEasier(list: HTMLElement): void {
  // Before the change is sent to be reckoned.
  list.addEventListener(
    "input",
    ({ target }) => {
      if (!(target instanceof HTMLInputElement) || target.dataset["builder"] !== "easier") return;
      const line = target.closest("li");
      for (const field of line?.querySelectorAll<HTMLInputElement>("input[data-usual]") ?? []) {
        const { usual = "", eased = "" } = field.dataset;
        const [before, after] = target.checked ? [usual, eased] : [eased, usual];
        if (field.value === before) field.value = after;
      }
      const was = line?.querySelector<HTMLInputElement>('input[name^="eased-"]');
      if (was) was.value = target.checked ? "1" : "0";
    },
    { capture: true },
  );
}
