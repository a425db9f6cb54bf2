// Who wants pictures to stay still: people who asked for less motion, phones that save data.

interface Connection {
  readonly saveData?: boolean;
}

export const LESS_MOTION = "(prefers-reduced-motion: reduce)";

export function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: Connection };
  return connection?.saveData === true || matchMedia("(prefers-reduced-data: reduce)").matches;
}
