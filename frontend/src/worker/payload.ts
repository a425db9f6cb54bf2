// What a push message says, as `payload_of` in fstpwa/domain/notification.py writes it. Pure.
// Whatever comes is read: a browser takes the subscription away from who shows nothing for a message.
import type { NotificationButton, ShowOptions } from "./browser_types.ts";

/** What a notification keeps for the tap on it. */
export interface NoticeData {
  /** What a tap opens. */
  navigate: string;
  /** Where an answer is sent to; null: it takes none. */
  answer: string | null;
  /** What each button would open. */
  pages: Record<string, string>;
}

/** A notification, ready to be shown. */
export interface Notice {
  title: string;
  options: ShowOptions & { data: NoticeData };
  /** What the app's icon counts; null: as before. */
  badge: number | null;
  /** Where to say that it was shown; null: nobody asks. */
  receipt: string | null;
}

const PRODUCT = "Good Days";
const PLAIN_BODY = "Tap to open Today.";
const PLAIN_TAG = "good-days";
const ICON = "/static/icons/icon-192.png";
/** White on nothing: Android colours it for the status bar. */
const BADGE_ICON = "/static/icons/badge-96.png";
const TODAY = "/today";
/** Letters; what comes longer is not ours, and a phone would cut it anyway. */
const LONGEST_TEXT = 300;
const LONGEST_TAG = 100;
const LARGEST_BADGE = 999;

type Fields = Record<string, unknown>;

/** Return the notification that `text` asks for; a plain one for whatever cannot be read. */
export function noticeOf(text: string, origin: string, mostButtons: number): Notice {
  const message = fieldsOf(parsed(text));
  const asked = fieldsOf(message["notification"]);
  const data = fieldsOf(asked["data"]);
  const title = textIn(asked["title"], LONGEST_TEXT);
  const body = textIn(asked["body"], LONGEST_TEXT) ?? (title === null ? PLAIN_BODY : "");
  const buttons = buttonsIn(asked["actions"], origin);
  const lang = languageIn(asked["lang"]);
  return {
    title: title ?? PRODUCT,
    options: {
      body,
      // Two with one tag are one on the phone; the second rings all the same.
      tag: textIn(asked["tag"], LONGEST_TAG) ?? PLAIN_TAG,
      renotify: true,
      icon: addressIn(asked["icon"], origin) ?? origin + ICON,
      badge: origin + BADGE_ICON,
      actions: buttons.slice(0, mostButtons).map(({ action, title }) => ({ action, title })),
      ...(lang === null ? {} : { lang }),
      data: {
        navigate: addressIn(asked["navigate"], origin) ?? origin + TODAY,
        answer: addressIn(data["answer"], origin),
        pages: Object.fromEntries(buttons.flatMap(({ action, page }) => (page === null ? [] : [[action, page]]))),
      },
    },
    badge: countIn(message["app_badge"]) ?? countIn(asked["app_badge"]),
    receipt: receiptIn(data, origin),
  };
}

/** Return where to say that a message with this `data` was shown. */
export function receiptIn(data: unknown, origin: string): string | null {
  return addressIn(fieldsOf(data)["shown"], origin);
}

/** Return a notification of ours that only says something; a tap on it opens `page`. */
export function plainNotice(words: string, page: string, origin: string): Notice {
  return noticeOf(JSON.stringify({ notification: { title: PRODUCT, body: words, navigate: page, tag: page.slice(-LONGEST_TAG) } }), origin, 0);
}

/** Return the absolute address if it is one of this Good Days, else null. */
export function addressIn(value: unknown, origin: string): string | null {
  if (typeof value !== "string" || value === "") return null;
  try {
    const url = new URL(value, origin);
    return url.origin === origin && (url.protocol === "https:" || url.protocol === "http:") && url.username === "" ? url.href : null;
  } catch {
    return null;
  }
}

/** Return the object's members, none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Return the text if there is any in it, cut to `longest` letters, else null. */
export function textIn(value: unknown, longest: number): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, longest) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function buttonsIn(value: unknown, origin: string): (NotificationButton & { page: string | null })[] {
  const found = new Map<string, NotificationButton & { page: string | null }>();
  for (const each of Array.isArray(value) ? value.map(fieldsOf) : []) {
    const action = textIn(each["action"], LONGEST_TAG);
    const title = textIn(each["title"], LONGEST_TEXT);
    if (action !== null && title !== null && !found.has(action)) found.set(action, { action, title, page: addressIn(each["navigate"], origin) });
  }
  return [...found.values()];
}

function languageIn(value: unknown): string | null {
  return typeof value === "string" && /^[a-z]{2,3}([-_][a-z0-9]{2,8})*$/i.test(value) ? value.replaceAll("_", "-") : null;
}

function countIn(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? Math.min(value, LARGEST_BADGE) : null;
}
