/** The mark: a T set in five tiles, one of them of another clay. */
export function Mark({ size = 24 }: { size?: number }) {
  const tile = { width: 8.4, height: 8.4, rx: 1.6 };
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g fill="var(--t-mark)">
        <rect x="1.6" y="1.6" {...tile} />
        <rect x="11.8" y="1.6" {...tile} />
        <rect x="22" y="1.6" {...tile} fill="var(--t-mark-clay)" />
        <rect x="11.8" y="11.8" {...tile} />
        <rect x="11.8" y="22" {...tile} />
      </g>
      <g fill="var(--t-mark)" opacity="0.16">
        <rect x="1.6" y="11.8" {...tile} />
        <rect x="22" y="11.8" {...tile} />
        <rect x="1.6" y="22" {...tile} />
        <rect x="22" y="22" {...tile} />
      </g>
    </svg>
  );
}

const tileColors = ['#0e6759', '#2a9a84', '#7bcbb9', '#cf6a3e', '#e08a63', '#d9a441', '#8a8379', '#c9c3b9'];

/** A small stable number from a text (FNV-1a), to choose colours by; nothing depends on its quality. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}

function randomFrom(seed: number): () => number {
  let state = seed || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Every project's own little mosaic, always the same one for the same key. */
export function ProjectTile({ projectKey, size = 20 }: { projectKey: string; size?: number }) {
  const random = randomFrom(hashOf(`${projectKey}:tile`));
  const base = tileColors[Math.floor(random() * 6)] ?? '#0e6759';
  const second = tileColors[Math.floor(random() * 6)] ?? '#e08a63';
  const cells = Array.from({ length: 9 }, (_, at) => at);
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 30 30"
      aria-hidden="true"
      focusable="false"
      style={{ flexShrink: 0 }}
    >
      {cells.map((at) => {
        const shade = random();
        return (
          <rect
            key={at}
            x={(at % 3) * 10 + 0.6}
            y={Math.floor(at / 3) * 10 + 0.6}
            width={8.8}
            height={8.8}
            rx={1.8}
            fill={shade > 0.72 ? second : base}
            opacity={shade > 0.72 ? 1 : 0.35 + shade}
          />
        );
      })}
    </svg>
  );
}

/** The picture beside the sign-in form: a field of tiles that thins out towards one edge. */
export function MosaicArt() {
  const columns = 22;
  const rows = 30;
  const random = randomFrom(hashOf('tessera'));
  const tiles = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const wave = Math.sin(row / 4.2 + Math.sin(column / 3.1) * 1.4) + Math.cos(column / 3.7);
      const presence = random();
      const tone = random();
      if (presence < 0.06 + (1 - column / columns) ** 1.6 * 0.86) continue;
      const color = wave > 0.9 ? tileColors[3 + Math.floor(tone * 3)] : tileColors[Math.floor(tone * 3)];
      tiles.push(
        <rect
          key={`${row}.${column}`}
          x={column * 24 + 1.6 + (tone - 0.5) * 1.4}
          y={row * 24 + 1.6 + (presence - 0.5) * 1.4}
          width={20}
          height={20}
          rx={3.4}
          fill={color}
          opacity={0.2 + presence * 0.55}
          transform={`rotate(${(tone - 0.5) * 5} ${column * 24 + 12} ${row * 24 + 12})`}
        />,
      );
    }
  }
  return (
    <svg
      width="100%"
      height="100%"
      viewBox={`0 0 ${columns * 24} ${rows * 24}`}
      preserveAspectRatio="xMaxYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      {tiles}
    </svg>
  );
}
