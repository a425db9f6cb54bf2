// Between the JSON our server writes and the buffers browsers want. Newer ones can do this, the older ones we support cannot.

interface Credential64 {
  id: string;
  type: PublicKeyCredentialType;
  transports?: AuthenticatorTransport[];
}
/** What the server sends to make a passkey. */
export type CreationJson = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Credential64[];
};
/** What the server sends to use one. */
export type RequestJson = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & {
  challenge: string;
  allowCredentials?: Credential64[];
};

/** Return bytes of base64url. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** Return base64url of bytes, without padding. */
export function toBase64Url(bytes: ArrayBuffer): string {
  let plain = "";
  for (const byte of new Uint8Array(bytes)) plain += String.fromCharCode(byte);
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Return the options for navigator.credentials.create. */
export function creationOptions(json: CreationJson): PublicKeyCredentialCreationOptions {
  return {
    ...json,
    challenge: fromBase64Url(json.challenge),
    user: { ...json.user, id: fromBase64Url(json.user.id) },
    excludeCredentials: (json.excludeCredentials ?? []).map(descriptor),
  };
}

/** Return the options for navigator.credentials.get. */
export function requestOptions(json: RequestJson): PublicKeyCredentialRequestOptions {
  return {
    ...json,
    challenge: fromBase64Url(json.challenge),
    allowCredentials: (json.allowCredentials ?? []).map(descriptor),
  };
}

/** Return a passkey that was made as the server reads it. */
export function createAnswer(made: PublicKeyCredential): object {
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...common(made),
    response: {
      clientDataJSON: toBase64Url(response.clientDataJSON),
      attestationObject: toBase64Url(response.attestationObject),
    },
  };
}

/** Return a passkey that was shown as the server reads it. */
export function requestAnswer(shown: PublicKeyCredential): object {
  const response = shown.response as AuthenticatorAssertionResponse;
  return {
    ...common(shown),
    response: {
      clientDataJSON: toBase64Url(response.clientDataJSON),
      authenticatorData: toBase64Url(response.authenticatorData),
      signature: toBase64Url(response.signature),
      ...(response.userHandle ? { userHandle: toBase64Url(response.userHandle) } : {}),
    },
  };
}

function common(credential: PublicKeyCredential): object {
  return { id: credential.id, rawId: toBase64Url(credential.rawId), type: credential.type };
}

function descriptor(json: Credential64): PublicKeyCredentialDescriptor {
  return { ...json, id: fromBase64Url(json.id) };
}
