/** A message of a provider that does not count. */
export class SamlRefused extends Error {
  /** A step of audit/refusal-texts.ts: what the person concerned is told. */
  readonly step: string;

  /** `detail` says exactly what is wrong, for administrators; nothing of it is secret. */
  constructor(step: string, detail: string) {
    super(detail);
    this.step = step;
  }
}

export const invalid = (detail: string): SamlRefused => new SamlRefused('saml-answer-invalid', detail);
