// The sentences of a request that failed.

/** What happened: the server's status (500-599), no answer in time, or no connection. */
export type Failure = number | "late" | "unreachable";

/** Say what happened and what to do, in a sentence or two. */
export function failureText(failure: Failure): string {
  if (failure === "late") return "The answer is taking too long. What you entered is still here. Please try again.";
  if (failure === "unreachable") return "This needs a network. What you typed is still here.";
  return "Something went wrong on our side. What you entered is still here. Please try again in a moment.";
}
