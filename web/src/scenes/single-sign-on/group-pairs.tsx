import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import type { AccountRules } from '../../api/identity-providers.ts';
import { CloseIcon, PlusIcon } from '../../components/icons.tsx';
import classes from './single-sign-on.module.css';

type Pairs = AccountRules['groups'];

interface GroupPairsProps {
  pairs: Pairs;
  /** Names of the groups of this site. */
  ours: readonly string[];
  change: (pairs: Pairs) => void;
}

/** Which groups there are which groups here. */
export function GroupPairs({ pairs, ours, change }: GroupPairsProps) {
  const set = (at: number, part: Partial<Pairs[number]>) =>
    change(pairs.map((pair, n) => (n === at ? { ...pair, ...part } : pair)));
  return (
    <fieldset className={classes.fieldset}>
      <legend className={classes.legend}>Groups</legend>
      <p className={classes.dim}>
        Who is in the group there is in the group here, and leaves it when they leave there. Memberships given
        by hand stay.
      </p>
      <div className={classes.pairs}>
        {pairs.map((pair, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own while they are typed.
          <div key={at} className={classes.pair}>
            <TextInput
              aria-label={`Group there, row ${at + 1}`}
              placeholder="Group there"
              value={pair.theirs}
              onChange={(event) => set(at, { theirs: event.currentTarget.value })}
            />
            <span className={classes.arrow} aria-hidden>
              →
            </span>
            <Select
              aria-label={`Group here, row ${at + 1}`}
              placeholder="Group here"
              data={[...new Set([...ours, ...(pair.ours === '' ? [] : [pair.ours])])]}
              searchable
              value={pair.ours === '' ? null : pair.ours}
              onChange={(name) => set(at, { ours: name ?? '' })}
            />
            <ActionIcon
              aria-label={`Remove row ${at + 1}`}
              onClick={() => change(pairs.filter((_, n) => n !== at))}
            >
              <CloseIcon />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<PlusIcon />}
            onClick={() => change([...pairs, { theirs: '', ours: '' }])}
          >
            Add a pair of groups
          </Button>
        </div>
      </div>
    </fieldset>
  );
}
