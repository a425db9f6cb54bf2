// The code in an address as a QR picture holds it: #ABCDE-12345.

/** Return the code behind the #, or an empty text where there is none that could be one. */
export function carriedCode(hash: string): string {
  const code = hash.slice(1).toUpperCase();
  return /^[0-9A-Z]{5}-[0-9A-Z]{5}$/.test(code) ? code : "";
}
