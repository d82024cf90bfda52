import { AnswerRefused } from '../single-sign-on/answer-refused.ts';

export const invalid = (detail: string): AnswerRefused => new AnswerRefused('saml-answer-invalid', detail);
