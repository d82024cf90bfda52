import type { Status } from '../api/issues.ts';
import classes from './issue-glyphs.module.css';

/** The issue type as a tile with its own shape and colour; the name is for those who cannot see either. */
export function TypeGlyph({ name, size = 16 }: { name: string; size?: number }) {
  const kind = kindOf(name);
  return (
    <svg
      className={classes.type}
      data-kind={kind}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      role="img"
      aria-label={name}
      focusable="false"
    >
      <title>{name}</title>
      <rect x="1" y="1" width="14" height="14" rx="3" className={classes.ground} />
      <g className={classes.shape}>{typeShapes[kind]}</g>
    </svg>
  );
}

type TypeKind = 'bug' | 'story' | 'task' | 'epic' | 'subtask' | 'other';

function kindOf(name: string): TypeKind {
  const lower = name.toLowerCase();
  if (lower.includes('bug') || lower.includes('defect')) return 'bug';
  if (lower.includes('sub')) return 'subtask';
  if (lower.includes('story')) return 'story';
  if (lower.includes('epic')) return 'epic';
  if (lower.includes('task')) return 'task';
  return 'other';
}

const typeShapes: Record<TypeKind, React.ReactNode> = {
  bug: <circle cx="8" cy="8" r="2.75" fill="currentColor" stroke="none" />,
  story: <path d="M5.75 4.5h4.5v7L8 9.6l-2.25 1.9v-7Z" fill="currentColor" stroke="none" />,
  task: <path d="m5 8.25 2.1 2.1L11 6" />,
  epic: <path d="M8.9 3.75 5.25 8.75h2.6l-.75 3.5 3.65-5h-2.6l.75-3.5Z" fill="currentColor" stroke="none" />,
  subtask: <path d="M5.25 4.75v4a1.5 1.5 0 0 0 1.5 1.5h4M8.75 8.25l2 2-2 2" />,
  other: <path d="M5 6.25h6M5 9.75h4" />,
};

export function PriorityGlyph({ name, size = 16 }: { name: string; size?: number }) {
  const rank = rankOf(name);
  return (
    <svg
      className={classes.priority}
      data-rank={rank}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      {priorityShapes[rank]}
    </svg>
  );
}

type Rank = 'highest' | 'high' | 'medium' | 'low' | 'lowest';

function rankOf(name: string): Rank {
  const lower = name.toLowerCase();
  if (/highest|blocker|critical/.test(lower)) return 'highest';
  if (/lowest|trivial/.test(lower)) return 'lowest';
  if (/high|major/.test(lower)) return 'high';
  if (/low|minor/.test(lower)) return 'low';
  return 'medium';
}

const priorityShapes: Record<Rank, React.ReactNode> = {
  highest: <path d="m4 8 4-3.5L12 8M4 12l4-3.5L12 12" />,
  high: <path d="m4 10 4-3.5L12 10" />,
  medium: <path d="M4 6.5h8M4 9.75h8" />,
  low: <path d="m4 6.5 4 3.5 4-3.5" />,
  lowest: <path d="m4 4.5 4 3.5 4-3.5M4 8.5l4 3.5 4-3.5" />,
};

export function PriorityLabel({ name }: { name: string }) {
  return (
    <span className={classes.label}>
      <PriorityGlyph name={name} />
      {name}
    </span>
  );
}

/** A status as a tile that fills up on its way to done, and its name. */
export function StatusBadge({ status }: { status: Status }) {
  const category = status.statusCategory?.key ?? 'undefined';
  const stage = category === 'done' ? 'done' : category === 'indeterminate' ? 'doing' : 'todo';
  return (
    <span className={classes.status} data-stage={stage}>
      <svg width="11" height="11" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        <rect
          x="1"
          y="1"
          width="10"
          height="10"
          rx="2.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
        />
        {stage === 'doing' && (
          <path d="M1 6h10v2.5A2.5 2.5 0 0 1 8.5 11h-5A2.5 2.5 0 0 1 1 8.5Z" fill="currentColor" />
        )}
        {stage === 'done' && <rect x="1" y="1" width="10" height="10" rx="2.5" fill="currentColor" />}
      </svg>
      {status.name}
    </span>
  );
}
