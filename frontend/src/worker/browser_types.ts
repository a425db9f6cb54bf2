// What browsers have and TypeScript's own library does not name, because not all of them have it.

/** A button of a notification (Chromium; Firefox on some systems; not on iOS). */
export interface NotificationButton {
  action: string;
  title: string;
}

/** What showNotification takes; those who do not know a member pass it over. */
export interface ShowOptions extends NotificationOptions {
  actions?: NotificationButton[];
  renotify?: boolean;
}

/** Background Sync (Chromium): an event as soon as there is a network. */
export interface SyncRegistration {
  sync?: { register(tag: string): Promise<void> };
}

/** The event of it. If what it waits for fails, the browser comes again some minutes later. */
export interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

/** Where a browser does not say how many buttons it shows: what most show, and others pass over. */
const USUAL_BUTTONS = 2;

/** Return how many buttons this browser shows. */
export function mostButtons(): number {
  return (globalThis as { Notification?: { maxActions?: number } }).Notification?.maxActions ?? USUAL_BUTTONS;
}
