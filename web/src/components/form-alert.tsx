import { Alert } from '@mantine/core';
import { WhyLink } from './why-link.tsx';

/** What a form's refusal says beyond its fields; read out when it appears. */
export function FormAlert({ messages, error }: { messages: string[]; error?: unknown }) {
  if (messages.length === 0) return null;
  return (
    <Alert color="red" role="alert" p="xs">
      {messages.join(' ')} <WhyLink error={error} />
    </Alert>
  );
}
