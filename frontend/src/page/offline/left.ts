// What a page does when its person left: in another tab, or while there was no network.
import { fact } from "../../offline/device_facts.ts";
import { finishLeaving } from "../../offline/pending_sign_out.ts";

/** As page/leaving/wipe_person.ts says it. */
const LEFT = "good-days-left";

/** Show nothing of somebody who left. */
export function watchLeaving(): void {
  if ("BroadcastChannel" in window) {
    const channel = new BroadcastChannel(LEFT);
    channel.onmessage = () => location.reload();
    // The page that is left itself goes where the sign-out leads.
    window.addEventListener(LEFT, () => channel.close(), { once: true });
  }
  // The worker sees to it before a page is shown (worker/pages.ts), where there is one.
  const { user } = document.body.dataset;
  if (user) void leaveIfNoted(user).catch(() => undefined);
}

async function leaveIfNoted(user: string): Promise<void> {
  const leaving = await fact("leaving");
  if (leaving === undefined || !(await finishLeaving())) return;
  if (leaving === user) location.replace("/");
}
