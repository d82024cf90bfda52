/** Ids stand in addresses and bodies as decimal text; anything else is no id of ours. */
export function decimalId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
