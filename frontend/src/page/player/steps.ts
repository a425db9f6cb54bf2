/** The steps of each movement among the lines of a session, where somebody wants to hear them. */

import type { Timeline, TimelineCue } from "./timeline.ts";
import { isWork } from "./timeline.ts";

/** The same timeline, in which the first work of each movement also says how it is done. */
export function withSteps(timeline: Timeline): Timeline {
  const told = new Set<number>();
  const cues = timeline.cues.map((each): TimelineCue => {
    if (!isWork(each.cue.kind) || told.has(each.part)) return each;
    told.add(each.part);
    const steps = timeline.parts[each.part]?.item.steps ?? [];
    const first = each.cue.say.filter(({ at_s }) => at_s === 0);
    const later = each.cue.say.filter(({ at_s }) => at_s > 0);
    const say = [...first, ...steps.map((text) => ({ at_s: 0, text, on_time: false })), ...later];
    return { ...each, cue: { ...each.cue, say } };
  });
  return { ...timeline, cues };
}
