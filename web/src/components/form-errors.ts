import { ApiError } from '../api/request.ts';

/**
 * A refused form's error, parted into what belongs at a field of the form and what must stand above it.
 * A field error the form has no place for is never lost: it joins the messages.
 */
export function formErrors(error: unknown, shown: readonly string[]) {
  const fields: Record<string, string> = {};
  const messages: string[] = [];
  if (error instanceof ApiError) {
    messages.push(...error.messages);
    for (const [name, message] of Object.entries(error.fields)) {
      if (shown.includes(name)) fields[name] = message;
      else messages.push(message);
    }
    if (error.status >= 500 && error.requestId) messages.push(`Request ${error.requestId}.`);
  } else if (error) {
    messages.push('Something went wrong. Try again.');
  }
  return { fields, messages };
}
