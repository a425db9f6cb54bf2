// The sentences for turning reminders on when that fails.

/**
 * Say what happened and what to do.
 *
 * @param name The error's name, as DOMException has it.
 * @param status The server's status, 0 if it was not asked or did not answer.
 */
export function switchFailure(name: string, status: number): string {
  if (status >= 500) return "Something went wrong on our side, and reminders are not on yet. Please try again in a moment.";
  if (status > 0) return "Reminders could not be turned on. Please reload this page and try again.";
  if (name === "NotAllowedError") return "The browser did not allow it. In a private window reminders cannot be turned on; elsewhere look at “Steps for each browser” below.";
  if (name === "AbortError") return "The browser could not reach its push service. Are you online? Please try again in a minute. In a private window it is not possible. Some browsers, such as Brave, first need push messages switched on in their settings.";
  if (name === "TimeoutError") return "The answer is taking too long. Please try again.";
  if (name === "TypeError") return "This did not go through. Please check the connection and try again.";
  if (name === "WorkerError") return "The part of Good Days that works in the background did not start. Please close all its windows, open it again and try once more.";
  return "The browser could not turn reminders on. Please reload this page and try again; “Steps for each browser” below may help.";
}
