/** A message of an identity provider that does not count. */
export class AnswerRefused extends Error {
  /** A step of audit/refusal-texts.ts: what the person concerned is told. */
  readonly step: string;

  /** `detail` says exactly what is wrong, for administrators; nothing of it is secret. */
  constructor(step: string, detail: string) {
    super(detail);
    this.step = step;
  }
}
