// A browser's push manager and storage, as the tests play them.

export const KEY = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM";
export const OLD_KEY = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";

export function bytes(text: string): ArrayBuffer {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

/** A push manager that keeps one subscription, and refuses another key as browsers do. */
export class Manager {
  current: PushSubscription | null = null;
  readonly log: string[] = [];
  private made = 0;
  /** Whether the browser forgets to say what it has (some do). */
  hides = false;

  constructor(key?: string) {
    if (key) this.current = this.make(key);
  }

  get asManager(): PushManager {
    return this as unknown as PushManager;
  }

  getSubscription(): Promise<PushSubscription | null> {
    return Promise.resolve(this.hides && this.log.length === 0 ? null : this.current);
  }

  async subscribe(options: PushSubscriptionOptionsInit): Promise<PushSubscription> {
    await Promise.resolve();
    const wanted = new Uint8Array(options.applicationServerKey as ArrayBuffer);
    const has = this.current?.options.applicationServerKey;
    this.log.push("subscribe");
    if (has && String(new Uint8Array(has)) !== String(wanted)) throw new DOMException("another key", "InvalidStateError");
    this.current ??= this.make(wanted);
    return this.current;
  }

  private make(key: string | Uint8Array): PushSubscription {
    const applicationServerKey = typeof key === "string" ? bytes(key) : key.slice().buffer;
    this.made += 1;
    const keys = { p256dh: bytes("BAEC"), auth: bytes("AwQ") };
    return {
      endpoint: `https://push.example/${this.made}`,
      options: { applicationServerKey, userVisibleOnly: true },
      getKey: (name: "p256dh" | "auth") => keys[name],
      unsubscribe: () => {
        this.log.push("unsubscribe");
        this.current = null;
        return Promise.resolve(true);
      },
    } as unknown as PushSubscription;
  }
}

/** A Storage as the browser's: its entries are its own keys. */
export function storage(entries: Record<string, string> = {}): Storage {
  const methods = {
    getItem(this: Record<string, string>, key: string) {
      return Object.hasOwn(this, key) ? this[key] : null;
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value;
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key];
    },
  };
  return Object.assign(Object.create(methods), entries) as Storage;
}

export const noStorage = (): Storage => {
  throw new DOMException("denied", "SecurityError");
};
