import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSession } from '../../api/session.ts';
import { tokenPolicyQuery } from '../../api/tokens.ts';
import { fullTime } from '../../components/when.tsx';

const choices = [
  { days: 7, label: '7 days' },
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 180, label: '180 days' },
  { days: 365, label: '1 year' },
];

interface ExpirySelectProps {
  /** null: never. */
  days: number | null;
  change: (days: number | null) => void;
  error?: string | undefined;
}

/** How long a token is to live, as far as the site allows. */
export function ExpirySelect({ days, change, error }: ExpirySelectProps) {
  const { user } = useSession();
  const { data: policy = { maxDays: 365, mayNeverExpire: false } } = useQuery(tokenPolicyQuery);
  const allowed = choices.filter((choice) => choice.days <= policy.maxDays);
  const longest = { days: policy.maxDays, label: `${policy.maxDays} days` };
  const offered = allowed.some((choice) => choice.days === policy.maxDays) ? allowed : [...allowed, longest];
  const data = [
    ...offered.map((choice) => ({ value: String(choice.days), label: choice.label })),
    ...(policy.mayNeverExpire ? [{ value: 'never', label: 'Never' }] : []),
  ];
  const shown = days === null ? 'never' : String(Math.min(days, policy.maxDays));
  return (
    <Select
      label="Expires after"
      data={data}
      value={data.some(({ value }) => value === shown) ? shown : (data.at(-1)?.value ?? null)}
      onChange={(value) => change(value === 'never' ? null : Number(value))}
      allowDeselect={false}
      error={error}
      description={
        days === null
          ? 'It works until somebody revokes it.'
          : `On ${fullTime(Date.now() + Math.min(days, policy.maxDays) * 86_400_000, user?.timeZone)}. You are told by mail 30, 7 and 1 days before.`
      }
    />
  );
}
