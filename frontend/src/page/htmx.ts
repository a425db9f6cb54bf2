// htmx and its CSP extension, set up for this product. No other file imports htmx.
import htmx from "htmx.org";
import "htmx.org/dist/ext/hx-csp.js";
import { REQUEST_TIMEOUT_MS } from "./time_limits.ts";

/** Set what differs from htmx's defaults. Must run before htmx looks at the page (it waits for a task). */
export function configureHtmx(): void {
  const config: Omit<typeof htmx.config, "noSwap"> & { noSwap: (number | string)[] } = htmx.config;
  config.noSwap = [204, 304, "5xx"];
  config.defaultTimeout = REQUEST_TIMEOUT_MS;
  // Back to an address that htmx pushed loads the whole page: one way to draw it, and components start as usual.
  config.history = "reload";
  config.extensions = "hx-csp";
}
