import { Alert } from '@mantine/core';

/** What a form's refusal says beyond its fields; read out when it appears. */
export function FormAlert({ messages }: { messages: string[] }) {
  if (messages.length === 0) return null;
  return (
    <Alert color="red" role="alert" p="xs">
      {messages.join(' ')}
    </Alert>
  );
}
