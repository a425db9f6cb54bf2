// What was built and not saved is not lost by leaving: the browser asks first.

export function startKeeping(form: HTMLFormElement): { changed(): void } {
  // After a plain form, or one that was refused, what stands there is not saved.
  let unsaved = form.querySelector("#not-saved, #theirs") !== null;
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) unsaved = false;
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
  return {
    changed: () => {
      unsaved = true;
    },
  };
}
