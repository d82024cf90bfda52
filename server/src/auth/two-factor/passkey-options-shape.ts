import { Type } from 'typebox';

/** PublicKeyCredentialRequestOptionsJSON (WebAuthn §5.1). */
export const passkeyOptionsShape = Type.Object(
  { challenge: Type.String(), rpId: Type.Optional(Type.String()) },
  { additionalProperties: true },
);
