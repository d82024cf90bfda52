/** For lists outside of dialogs: they open beside their input, and so inside the page's landmarks. */
export const inPlace = { withinPortal: false, shadow: 'md' } as const;
