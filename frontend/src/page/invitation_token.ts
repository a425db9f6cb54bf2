// The token in the address of an invitation: 128 random bits, as base64 for addresses.

/** Return the token behind the #, or an empty text where there is none that could be one. */
export function invitationToken(hash: string): string {
  const token = hash.slice(1);
  return /^[A-Za-z0-9_-]{22}$/.test(token) ? token : "";
}
