// Shows a notification, whatever it takes.
import type { Notice } from "./payload.ts";

declare const self: ServiceWorkerGlobalScope;

/** Show it; if this browser does not like how it is made, then without all that is made. Rejects if nothing is shown. */
export async function show({ title, options }: Notice): Promise<void> {
  try {
    await self.registration.showNotification(title, options);
  } catch {
    const { body, data } = options;
    await self.registration.showNotification(title, { ...(body === undefined ? {} : { body }), data });
  }
}
