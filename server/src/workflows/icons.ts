/** Tessera's own small pictures; an icon's name is its path below /images/icons. */

const svg = (body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">${body}</svg>\n`;

const tile = (color: string, mark: string): string =>
  svg(
    `<rect x="1" y="1" width="14" height="14" rx="3" fill="${color}"/>` +
      `<g fill="none" stroke="#fff" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${mark}</g>`,
  );

const arrows = (color: string, path: string): string =>
  svg(
    `<path d="${path}" fill="none" stroke="${color}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`,
  );

const icons: ReadonlyMap<string, string> = new Map([
  ['issuetypes/epic.svg', tile('#7a3fc8', '<path d="M9 3.5 5.5 9H8l-1 3.5L10.5 7H8z"/>')],
  ['issuetypes/story.svg', tile('#2f8f3a', '<path d="M5.5 4h5v8L8 9.8 5.5 12z"/>')],
  ['issuetypes/task.svg', tile('#2673d1', '<path d="m4.5 8.2 2.4 2.4 4.6-5"/>')],
  ['issuetypes/bug.svg', tile('#d0342c', '<circle cx="8" cy="8" r="3.2" fill="#fff" stroke="none"/>')],
  [
    'issuetypes/subtask.svg',
    tile('#3f8fd6', '<rect x="4" y="4" width="4.5" height="4.5" rx="1"/><path d="M8.5 11.5h3v-3"/>'),
  ],
  ['issuetypes/generic.svg', tile('#6b7787', '<path d="M5 5.5h6M5 8h6M5 10.5h3.5"/>')],
  ['priorities/highest.svg', arrows('#d0342c', 'm3.5 7.5 4.5-4 4.5 4m-9 5 4.5-4 4.5 4')],
  ['priorities/high.svg', arrows('#e5562f', 'm3.5 10 4.5-4 4.5 4')],
  ['priorities/medium.svg', arrows('#e08a00', 'M3.5 6h9m-9 4h9')],
  ['priorities/low.svg', arrows('#2673d1', 'm3.5 6 4.5 4 4.5-4')],
  ['priorities/lowest.svg', arrows('#6b7787', 'm3.5 3.5 4.5 4 4.5-4m-9 5 4.5 4 4.5-4')],
  ['priorities/generic.svg', svg('<circle cx="8" cy="8" r="4" fill="#6b7787"/>')],
  ['statuses/undefined.svg', svg('<circle cx="8" cy="8" r="5" fill="#9aa4b1"/>')],
  ['statuses/new.svg', svg('<circle cx="8" cy="8" r="5" fill="none" stroke="#5b6b80" stroke-width="2"/>')],
  [
    'statuses/indeterminate.svg',
    svg(
      '<circle cx="8" cy="8" r="5" fill="none" stroke="#2673d1" stroke-width="2"/>' +
        '<path d="M8 4.5a3.5 3.5 0 0 1 0 7z" fill="#2673d1"/>',
    ),
  ],
  [
    'statuses/done.svg',
    svg(
      '<circle cx="8" cy="8" r="6" fill="#2f8f3a"/>' +
        '<path d="m5.2 8.2 2 2 3.6-4" fill="none" stroke="#fff" stroke-width="1.6"/>',
    ),
  ],
]);

export const findIcon = (name: string): string | undefined => icons.get(name);

/** The picture named after a thing, or the general one of its kind. */
function iconOf(folder: string, name: string): string {
  const own = `${folder}/${name.toLowerCase().replaceAll(/[^a-z]/g, '')}.svg`;
  return icons.has(own) ? own : `${folder}/generic.svg`;
}

export const issueTypeIcon = (name: string): string => iconOf('issuetypes', name);
export const priorityIcon = (name: string): string => iconOf('priorities', name);
export const statusIcon = (categoryKey: string): string => `statuses/${categoryKey}.svg`;
