// Which browser this is and what it can do: capability first, its own words only to choose instructions.

export interface BrowserFacts {
  readonly userAgent: string;
  readonly platform: string;
  readonly maxTouchPoints: number;
  /** Opened from the home screen. */
  readonly installed: boolean;
  readonly hasWorker: boolean;
  readonly hasPush: boolean;
  /** "unsupported" where there are no notifications at all. */
  readonly permission: NotificationPermission | "unsupported";
}

/** The instructions on the page, by data-guide. */
export type Guide = "chrome-android" | "samsung" | "ios" | "firefox" | "chrome" | "safari-mac";

/** The parts of the page, by data-push-state. */
export type Offer = "ready" | "denied" | "install" | "update" | "private" | "unsupported";

/** An iPad calls itself a Mac. */
function isAppleTouch({ userAgent, platform, maxTouchPoints }: BrowserFacts): boolean {
  return /iPhone|iPad|iPod/.test(userAgent) || (platform === "MacIntel" && maxTouchPoints > 1);
}

/** Return whose instructions fit. */
export function guideOf(facts: BrowserFacts): Guide {
  const { userAgent } = facts;
  if (isAppleTouch(facts)) return "ios";
  if (userAgent.includes("SamsungBrowser/")) return "samsung";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (userAgent.includes("Android")) return "chrome-android";
  return /Chrome\//.test(userAgent) ? "chrome" : /Safari\//.test(userAgent) ? "safari-mac" : "chrome";
}

/** Return what can be offered in this browser. */
export function offerFor(facts: BrowserFacts): Offer {
  if (facts.hasWorker && facts.hasPush && facts.permission !== "unsupported") {
    return facts.permission === "denied" ? "denied" : "ready";
  }
  if (isAppleTouch(facts)) return isOldApple(facts.userAgent) ? "update" : facts.installed ? "unsupported" : "install";
  // Firefox offers everything but in private windows.
  return /Firefox\//.test(facts.userAgent) ? "private" : "unsupported";
}

/** Before 16.4 no app on the home screen could take them. An iPad that calls itself a Mac tells Safari's version. */
function isOldApple(userAgent: string): boolean {
  const [, major, minor] = /(?:OS |Version\/)(\d+)[_.](\d+)/.exec(/iPhone|iPad|iPod/.test(userAgent) ? userAgent : userAgent.replace(/OS X [\d_]+/, "")) ?? [];
  return major !== undefined && Number(major) * 100 + Number(minor) < 1604;
}

/** Return what is true of this browser. */
export function browserFacts(): BrowserFacts {
  const standalone = (navigator as { standalone?: boolean }).standalone === true;
  return {
    userAgent: navigator.userAgent,
    platform: navigator.platform,
    maxTouchPoints: navigator.maxTouchPoints,
    installed: standalone || matchMedia("(display-mode: standalone)").matches,
    hasWorker: "serviceWorker" in navigator,
    hasPush: "PushManager" in window,
    permission: "Notification" in window ? Notification.permission : "unsupported",
  };
}
