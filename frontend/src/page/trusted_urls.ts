// The page's own Trusted Types policy: it lets one script address through, that of the service worker.

/** Where the server offers the service worker. */
export const WORKER_URL = "/sw.js";

interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptUrlPolicy;
}

/** Return the worker's address in the form that the browser accepts. */
export function trustedWorkerUrl(): string {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  if (!factory) return WORKER_URL;
  const policy = factory.createPolicy("good-days", {
    createScriptURL: (url) => {
      if (url !== WORKER_URL) throw new TypeError("Only the service worker's own address is trusted.");
      return url;
    },
  });
  return policy.createScriptURL(WORKER_URL) as string;
}
