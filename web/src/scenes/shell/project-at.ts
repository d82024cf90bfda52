interface Place {
  pathname: string;
  search: object;
}

/** The project that a page is about: the sidebar marks it, and a new issue is most likely meant for it. */
export function projectAt({ pathname, search }: Place): string | undefined {
  const browsed = /^\/browse\/([A-Z][A-Z0-9_]*)-\d+$/.exec(pathname)?.[1];
  return browsed ?? (search as { project?: string }).project;
}
