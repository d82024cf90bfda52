import { Kbd, Modal, Switch } from '@mantine/core';
import { useSession } from '../../api/session.ts';
import { setShortcutsEnabled, useShortcutsEnabled } from '../../components/shortcuts.ts';
import classes from './shortcut-help.module.css';

const everywhere = [
  { keys: ['/'], does: 'Search' },
  { keys: ['?'], does: 'This list' },
  { keys: ['g', 'h'], does: 'Go to the start page' },
  { keys: ['g', 'i'], does: 'Go to issues' },
  { keys: ['g', 'p'], does: 'Go to projects' },
];
const signedIn = [
  { keys: ['c'], does: 'Create an issue' },
  { keys: ['g', 't'], does: 'Go to your API tokens' },
];
const lists = [
  { keys: ['j'], does: 'Next issue in a list' },
  { keys: ['k'], does: 'Previous issue in a list' },
];
const issue = [
  { keys: ['e'], does: 'Edit the summary' },
  { keys: ['m'], does: 'Write a comment' },
  { keys: ['Ctrl', 'Enter'], does: 'Save what you are writing' },
  { keys: ['Esc'], does: 'Leave a field unchanged' },
];

export function ShortcutHelp({ opened, close }: { opened: boolean; close: () => void }) {
  const { user } = useSession();
  const enabled = useShortcutsEnabled();
  return (
    <Modal opened={opened} onClose={close} title="Keyboard shortcuts" size="lg">
      <div className={classes.columns}>
        <Section title="Everywhere" shortcuts={user ? [...signedIn, ...everywhere] : everywhere} />
        <div>
          <Section title="In a list of issues" shortcuts={lists} />
          <Section title="On an issue" shortcuts={issue} />
        </div>
      </div>
      <Switch
        className={classes.switch}
        label="Use single keys as shortcuts"
        description="Switch this off if you dictate, or if keys act when you do not mean them to."
        checked={enabled}
        onChange={(event) => setShortcutsEnabled(event.currentTarget.checked)}
      />
    </Modal>
  );
}

function Section({ title, shortcuts }: { title: string; shortcuts: { keys: string[]; does: string }[] }) {
  return (
    <section>
      <h3 className={classes.title}>{title}</h3>
      <dl className={classes.list}>
        {shortcuts.map(({ keys, does }) => (
          <div key={does} className={classes.row}>
            <dt>{does}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key} size="xs">
                  {key}
                </Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
