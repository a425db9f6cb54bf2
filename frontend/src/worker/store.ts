// What the worker remembers from one start to the next: answers that are not sent yet, and what the icon counts.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { AnswerStore, KeptAnswer } from "./answers.ts";

interface Memory extends DBSchema {
  answers: { key: number; value: Omit<KeptAnswer, "id"> & { id?: number } };
  counts: { key: string; value: number };
}

const NAME = "good-days-worker";
const BADGE = "badge";

/** Open for each use: a worker ends at any time, and a connection left open would hold up a newer version. */
async function withMemory<Result>(use: (memory: IDBPDatabase<Memory>) => Promise<Result>): Promise<Result> {
  const memory = await openDB<Memory>(NAME, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("answers", { keyPath: "id", autoIncrement: true });
      fresh.createObjectStore("counts");
    },
  });
  try {
    return await use(memory);
  } finally {
    memory.close();
  }
}

/** Answers, in IndexedDB. */
export const answerStore: AnswerStore = {
  add: (answer) => withMemory((memory) => memory.add("answers", answer)),
  all: () => withMemory((memory) => memory.getAll("answers")) as Promise<KeptAnswer[]>,
  noteTry: (id) =>
    withMemory(async (memory) => {
      const kept = await memory.get("answers", id);
      if (kept) await memory.put("answers", { ...kept, tried: true });
    }),
  remove: (id) => withMemory((memory) => memory.delete("answers", id)),
};

/** Return what the icon counted last, 0 if nobody knows. */
export async function keptBadge(): Promise<number> {
  return withMemory(async (memory) => (await memory.get("counts", BADGE)) ?? 0);
}

/** Remember what the icon counts. */
export async function keepBadge(count: number): Promise<void> {
  await withMemory((memory) => memory.put("counts", count, BADGE));
}
