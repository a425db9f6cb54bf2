// htmx and its CSP extension, set up for this product: a script of its own, which that of every page loads. No other file imports htmx.
import htmx from "htmx.org";
import "htmx.org/dist/ext/hx-csp.js";
import { REQUEST_TIMEOUT_MS } from "./time_limits.ts";

// What differs from htmx's defaults; htmx looks at the page in a later task.
const config: Omit<typeof htmx.config, "noSwap"> & { noSwap: (number | string)[] } = htmx.config;
config.noSwap = [204, 304, "5xx"];
config.defaultTimeout = REQUEST_TIMEOUT_MS;
// Back to an address that htmx pushed loads the whole page: one way to draw it, and components start as usual.
config.history = "reload";
config.extensions = "hx-csp";
