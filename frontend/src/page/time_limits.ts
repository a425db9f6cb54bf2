// How long a page waits for the server.

/** Milliseconds after which a request is given up and the form says so. */
export const REQUEST_TIMEOUT_MS = 20_000;
