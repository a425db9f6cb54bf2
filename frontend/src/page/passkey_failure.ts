// What to say when a passkey was not made or not shown. Browsers give a name, never a reason.

/** Return the words for a failure: the error's name, and the server's status if it was the server. */
export function passkeyFailure(name: string, status: number): string {
  if (status === 429) return "There were many tries just now. Please wait some minutes, or choose another way.";
  if (status === 409) return "There are as many passkeys as an account can have. Remove one first.";
  if (status > 0) return "The app could not begin. Please load the page again, or choose another way.";
  switch (name) {
    case "NotAllowedError":
    case "AbortError":
      return "No passkey was used. You can try again, or choose another way.";
    case "InvalidStateError":
      return "This device has a passkey for this account already.";
    case "NotSupportedError":
    case "ConstraintError":
      return "This device cannot make a passkey that asks for a fingerprint, a face or a PIN.";
    case "SecurityError":
      return "Passkeys do not work at this address.";
    case "TypeError":
    case "TimeoutError":
      return "The app could not be reached. Please check the connection and try again.";
    default:
      return "The passkey did not work. You can try again, or choose another way.";
  }
}
