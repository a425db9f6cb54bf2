// What a page and the worker call the Background Sync of the outbox.
export const OUTBOX_SYNC = "outbox";
