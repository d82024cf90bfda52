import { notifications } from '@mantine/notifications';
import { createElement } from 'react';
import { ApiError } from '../api/request.ts';
import { ExplainedReason } from './why-link.tsx';

export function notifyDone(message: string): void {
  notifications.show({ message, color: 'verdigris', autoClose: 4000 });
}

/** What went wrong, in the server's words, with the number an administrator can find it by. */
export function notifyFailure(title: string, error: unknown): void {
  const message = createElement(ExplainedReason, { words: reasonOf(error), error });
  notifications.show({ title, message, color: 'red', autoClose: 10_000 });
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const sentences = [...error.messages, ...Object.values(error.fields)].join(' ');
  return error.status >= 500 && error.requestId ? `${sentences} (Request ${error.requestId})` : sentences;
}
